/// The space of number formats in blocks: what they lose, what they cost, and which are best at a cost.
@NullMarked
package dev.herd.bench.formats;

import org.jspecify.annotations.NullMarked;
