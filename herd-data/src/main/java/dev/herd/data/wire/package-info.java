/// Encodings of messages for other programs.
@NullMarked
package dev.herd.data.wire;

import org.jspecify.annotations.NullMarked;
