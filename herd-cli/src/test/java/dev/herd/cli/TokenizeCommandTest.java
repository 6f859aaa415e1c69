package dev.herd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizeCommandTest {
    @TempDir
    private Path folder;

    private String model;

    /// The bytes 0 to 255 and `ab`; the marks follow from 257.
    @BeforeEach
    void writeRanks() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int value = 0; value < 256; value++) {
            String token = Base64.getEncoder().encodeToString(new byte[] {(byte) value});
            lines.append(token).append(' ').append(value).append('\n');
        }
        lines.append("YWI= 256\n");
        model = Files.writeString(folder.resolve("tokenizer.model"), lines).toString();
    }

    @Test
    void tokensArePrintedWithIdAndText() {
        CommandRun run = CommandRun.of("tokenize", model, "ab\n\u00E9");
        assertThat(run.code()).as(run.err()).isEqualTo(ExitCodes.DONE);
        assertThat(run.out().lines())
                .containsExactly("    256  ab", "     10  \\n", "    195  \\xC3", "    169  \\xA9");
        assertThat(run.err()).contains("4 tokens of a vocabulary of 513.");
    }

    @Test
    void specialTokensAreMadeOnlyWhenAskedFor() {
        assertThat(CommandRun.of("tokenize", model, "ab<|eot_id|>", "--special", "--json")
                        .out())
                .isEqualToIgnoringNewLines("{\"count\":2,\"ids\":[256,266],\"tokens\":[\"ab\",\"<|eot_id|>\"]}");
        assertThat(CommandRun.of("tokenize", model, "ab<|eot_id|>", "--json").out())
                .startsWith("{\"count\":11,");
    }

    @Test
    void aFileThatIsNoTokenizerIsBadInput() throws IOException {
        Path notes = Files.writeString(folder.resolve("notes"), "#");
        CommandRun run = CommandRun.of("tokenize", notes.toString(), "a");
        assertThat(run.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(run.err()).contains("is no tokenizer that Herd reads");
    }
}
