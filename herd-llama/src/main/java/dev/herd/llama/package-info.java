/// Llama 3 inference on the JVM.
@NullMarked
package dev.herd.llama;

import org.jspecify.annotations.NullMarked;
