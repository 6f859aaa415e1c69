/// Number formats of few bits whose numbers share scales in blocks: what they are, how rows are packed in
/// them, and arithmetic on packed rows.
@NullMarked
package dev.herd.numerics.format;

import org.jspecify.annotations.NullMarked;
