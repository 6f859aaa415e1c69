@NullMarked
package dev.herd.nn.graph;

import org.jspecify.annotations.NullMarked;
