@NullMarked
package dev.herd.models.pnn;

import org.jspecify.annotations.NullMarked;
