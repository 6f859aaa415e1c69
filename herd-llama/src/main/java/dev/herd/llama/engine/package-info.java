/// The forward pass: batches of tokens of many sequences over shared pages of keys and values.
@NullMarked
package dev.herd.llama.engine;

import org.jspecify.annotations.NullMarked;
