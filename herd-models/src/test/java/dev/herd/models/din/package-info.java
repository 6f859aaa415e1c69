@NullMarked
package dev.herd.models.din;

import org.jspecify.annotations.NullMarked;
