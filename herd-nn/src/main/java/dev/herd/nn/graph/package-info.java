/// A model's forward pass as data: recorded from the same code that trains, then counted, drawn or
/// exported.
@NullMarked
package dev.herd.nn.graph;

import org.jspecify.annotations.NullMarked;
