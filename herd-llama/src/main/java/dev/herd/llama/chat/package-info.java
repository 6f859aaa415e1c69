/// Conversations as the tokens that chat models read, tool calls in what they answer, and the safety
/// classifier's form.
@NullMarked
package dev.herd.llama.chat;

import org.jspecify.annotations.NullMarked;
