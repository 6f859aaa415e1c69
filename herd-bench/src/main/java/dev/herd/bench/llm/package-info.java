/// A server of a Llama model under load.
@NullMarked
package dev.herd.bench.llm;

import org.jspecify.annotations.NullMarked;
