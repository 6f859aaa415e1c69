/// The speed of Llama models, and a server of one under load.
@NullMarked
package dev.herd.bench.llm;

import org.jspecify.annotations.NullMarked;
