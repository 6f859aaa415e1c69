/// Llama Guard 3: whether what a user or an assistant said is unsafe, and in which way.
@NullMarked
package dev.herd.llama.guard;

import org.jspecify.annotations.NullMarked;
