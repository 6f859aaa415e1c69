package dev.herd.cli;

import dev.herd.data.InputException;
import dev.herd.llama.Completion;
import dev.herd.llama.Speculation;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// Whether and how a Llama model's texts are guessed ahead.
final class SpeculationOptions {
    @Option(
            names = "--speculate",
            paramLabel = "lookup|MODEL",
            defaultValue = "",
            description = "Guess tokens ahead and check several at once: from what the text has said before, or by a"
                    + " smaller model with the same tokens, which a server does not do. Texts stay the same.")
    private String guesser;

    @Option(
            names = "--guesses",
            defaultValue = "" + Speculation.GUESSES,
            description = "Most tokens guessed at a time. Default: ${DEFAULT-VALUE}.")
    private int guesses;

    Speculation speculation() {
        return InputException.checked(() -> switch (guesser) {
            case "" -> new Speculation.None();
            case "lookup" -> new Speculation.Lookup(guesses);
            default -> new Speculation.Model(Path.of(guesser), guesses);
        });
    }

    /// What came of it, for the line below a text; empty where nothing was guessed.
    static String describe(Completion.Guesses guesses) {
        return guesses.made() == 0 ? "" : " " + guesses.right() + " of " + guesses.made() + " guesses were right.";
    }
}
