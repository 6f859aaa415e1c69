@NullMarked
package dev.herd.models.sequence;

import org.jspecify.annotations.NullMarked;
