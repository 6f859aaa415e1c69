/// Model files made smaller: GGUF files with their matrices in blocks of few bits.
@NullMarked
package dev.herd.llama.quantize;

import org.jspecify.annotations.NullMarked;
