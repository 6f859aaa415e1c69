package dev.herd.bench.llm;

import dev.herd.data.InputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Another program that runs Llama models, by a command line that says what it measured.
///
/// @param command for `sh -c`; `{model}`, `{threads}`, `{prompt}` and `{tokens}` are replaced
/// @param pattern of what it prints, with the groups `prefill` and `decode` in tokens a second
record OtherEngine(String command, Pattern pattern) {
    /// What llama.cpp's `llama-bench -o jsonl` prints: the rate of the prompt, then that of the tokens.
    static final String LLAMA_BENCH = "(?s)\"avg_ts\": ?(?<prefill>[\\d.]+).*\"avg_ts\": ?(?<decode>[\\d.]+)";

    LlamaSpeed.Rates run(Path model, int threads, LlamaSpeed.Plan plan) {
        String line = command.replace("{model}", model.toString())
                .replace("{threads}", Integer.toString(threads))
                .replace("{prompt}", Integer.toString(plan.prompt()))
                .replace("{tokens}", Integer.toString(plan.written()));
        String printed = output(line);
        Matcher found = pattern.matcher(printed);
        if (!found.find()) {
            throw new InputException("--compare: `" + line + "` printed nothing that matches --compare-pattern "
                    + pattern + "; it printed: "
                    + printed.strip().lines().limit(5).toList());
        }
        return new LlamaSpeed.Rates(
                Double.parseDouble(found.group("prefill")), Double.parseDouble(found.group("decode")));
    }

    private static String output(String line) {
        try {
            Process process = new ProcessBuilder(List.of("sh", "-c", line))
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int code = process.waitFor();
            if (code != 0) {
                throw new InputException(
                        "--compare: `" + line + "` ended with code " + code + "; run it by itself to see what it says");
            }
            return printed;
        } catch (IOException e) {
            throw new InputException("--compare: `" + line + "` cannot be started: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while `" + line + "` ran", e);
        }
    }
}
