package dev.herd.llama.chat;

import dev.herd.llama.tokenizer.Tokenizer;
import dev.herd.llama.weights.LlamaConfig;

/// How a model of the family writes conversations.
public enum ChatFormat implements ChatTemplate {
    /// Llama 3: roles and texts, no tools.
    LLAMA3,
    /// Llama 3.1 and 3.3: dates in the system message, built-in and custom tools.
    LLAMA31,
    /// Llama 3.2: dates, custom tools.
    LLAMA32;

    @Override
    public int[] prompt(Conversation chat, Tokenizer tokenizer) {
        return ChatRenderer.prompt(this, chat).ids(tokenizer);
    }

    /// What the most stretched rotations of Llama 3.2 are slowed by.
    private static final float STRETCH_OF_LLAMA32 = 32;

    /// The format of the released models with such rotations: Llama 3 does not scale them, Llama 3.1 and
    /// 3.3 by up to 8, Llama 3.2 by up to 32.
    public static ChatFormat of(LlamaConfig config) {
        float stretch = 1;
        for (float divisor : config.frequencyDivisors()) {
            stretch = Math.max(stretch, divisor);
        }
        return stretch == 1 ? LLAMA3 : stretch < STRETCH_OF_LLAMA32 ? LLAMA31 : LLAMA32;
    }
}
