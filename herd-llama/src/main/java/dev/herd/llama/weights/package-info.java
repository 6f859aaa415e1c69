/// Model files: GGUF and Hugging Face safetensors, mapped into memory and checked against the shape of the
/// model.
@NullMarked
package dev.herd.llama.weights;

import org.jspecify.annotations.NullMarked;
