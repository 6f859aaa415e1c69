/// DeepFM (Guo et al. 2017).
@NullMarked
package dev.herd.models.deepfm;

import org.jspecify.annotations.NullMarked;
