@NullMarked
package dev.herd.models.fibinet;

import org.jspecify.annotations.NullMarked;
