package dev.herd.llama;

import java.util.Locale;

/// How the hidden states of a text's tokens become the one vector that stands for it.
public enum Pooling {
    /// Their mean.
    MEAN,
    /// The state of the last token, which has seen all others.
    LAST;

    /// The name as users write it.
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
