package dev.herd.llama.tokenizer;

/// What a token is for. The order is that of `tokenizer.ggml.token_type`, which counts from 1.
public enum TokenType {
    /// A piece of text.
    NORMAL,
    /// Stands for text that has no token.
    UNKNOWN,
    /// A mark such as `<|eot_id|>`: never made from text unless asked for, never shown unless asked for.
    CONTROL,
    /// A string that is always one token wherever it stands.
    USER_DEFINED,
    /// A place kept free.
    UNUSED,
    /// One byte of a character that has no token of its own.
    BYTE;

    /// The type with this number in a GGUF file.
    static TokenType ofNumber(long number) {
        if (number < 1 || number > values().length) {
            throw new IllegalArgumentException(
                    "token type " + number + " is not known; accepted are 1 to " + values().length);
        }
        return values()[(int) number - 1];
    }

    /// Its number in a GGUF file.
    int number() {
        return ordinal() + 1;
    }

    /// Whether text may turn into such a token by merging.
    boolean merges() {
        return this == NORMAL || this == USER_DEFINED || this == UNUSED;
    }
}
