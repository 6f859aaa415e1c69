/// Number formats that store weights in blocks: F32, F16, BF16, the Q and K formats of GGUF files, MXFP4.
@NullMarked
package dev.herd.numerics.block;

import org.jspecify.annotations.NullMarked;
