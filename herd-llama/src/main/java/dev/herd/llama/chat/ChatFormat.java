package dev.herd.llama.chat;

/// How a model of the family writes conversations.
public enum ChatFormat {
    /// Llama 3: roles and texts, no tools.
    LLAMA3,
    /// Llama 3.1 and 3.3: dates in the system message, built-in and custom tools.
    LLAMA31,
    /// Llama 3.2: dates, custom tools.
    LLAMA32
}
