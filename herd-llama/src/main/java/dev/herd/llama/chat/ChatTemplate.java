package dev.herd.llama.chat;

import dev.herd.llama.tokenizer.Tokenizer;

/// How conversations are put to a model: a [ChatFormat] of the Llama 3 family, or the template of another
/// one.
public interface ChatTemplate {
    /// The tokens after which the assistant speaks. What people and tools say in the conversation never
    /// becomes a mark, whatever it spells.
    ///
    /// **Throws** `IllegalArgumentException` for what cannot be said in this form.
    int[] prompt(Conversation chat, Tokenizer tokenizer);
}
