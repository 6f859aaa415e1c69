@NullMarked
package dev.herd.nn.layer;

import org.jspecify.annotations.NullMarked;
