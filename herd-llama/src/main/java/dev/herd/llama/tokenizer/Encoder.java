package dev.herd.llama.tokenizer;

/// Turns text without marks into ids. Holds nothing that changes: for any number of threads.
sealed interface Encoder permits BytePairEncoder, SentencePieceEncoder {
    /// Appends the ids of `text`.
    ///
    /// @param opening whether the text opens a sequence or follows a mark
    void encode(String text, boolean opening, IdList out);
}
