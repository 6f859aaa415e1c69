/// AutoInt: fields that attend to each other (Song et al. 2019).
@NullMarked
package dev.herd.models.autoint;

import org.jspecify.annotations.NullMarked;
