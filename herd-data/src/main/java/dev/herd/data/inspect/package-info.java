/// What a dataset holds: rates, ranges, cardinalities, list lengths, repetition within sessions.
@NullMarked
package dev.herd.data.inspect;

import org.jspecify.annotations.NullMarked;
