package dev.herd.llama;

import java.nio.file.Path;

/// How the next tokens of a text are guessed, so that the model checks several in one step instead of
/// writing one by one. It changes the speed alone: each token is still chosen from the model's own logits,
/// and a guess counts only where it is that token. What is written has the same bits.
///
/// It pays where reading weights is what takes time, a step of a few tokens costs little more than one of
/// one token, and guesses are mostly right.
///
/// **Paper**: Leviathan et al., Fast Inference from Transformers via Speculative Decoding (arXiv 2211.17192);
/// here a guess is checked against the token that sampling chose, not by rejection sampling, so that texts of
/// a seed stay the same.
public sealed interface Speculation {
    /// Most tokens guessed at a time, unless said otherwise.
    int GUESSES = 8;

    /// Most tokens guessed at a time.
    int most();

    /// Nothing is guessed.
    record None() implements Speculation {
        @Override
        public int most() {
            return 0;
        }
    }

    /// What followed where the text had the same last tokens before: texts that quote their prompt, such as
    /// summaries, edits and code.
    ///
    /// @param most tokens guessed at a time
    record Lookup(int most) implements Speculation {
        public Lookup {
            check(most);
        }
    }

    /// What a smaller model with the same vocabulary would write.
    ///
    /// @param model a `.gguf` file or a folder of safetensors
    /// @param most tokens guessed at a time
    record Model(Path model, int most) implements Speculation {
        public Model {
            check(most);
        }
    }

    private static void check(int most) {
        if (most < 1 || most > 64) {
            throw new IllegalArgumentException("guesses must be 1 to 64 tokens at a time, got " + most);
        }
    }
}
