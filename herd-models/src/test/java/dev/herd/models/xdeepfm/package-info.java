@NullMarked
package dev.herd.models.xdeepfm;

import org.jspecify.annotations.NullMarked;
