/// Many texts written at once by one engine: who comes when, with whom, and what is told of it.
@NullMarked
package dev.herd.llama.batching;

import org.jspecify.annotations.NullMarked;
