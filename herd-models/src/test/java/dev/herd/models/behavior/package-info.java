@NullMarked
package dev.herd.models.behavior;

import org.jspecify.annotations.NullMarked;
