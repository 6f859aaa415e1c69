package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import dev.herd.llama.tokenizer.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "tokenize",
        description = "Shows the tokens that a language model reads for a text, one a line: id and text.",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = {
            "  ./herd tokenize model.gguf Hello,world",
            "  ./herd tokenize tokenizer.model --special \"<|begin_of_text|>Hello<|eot_id|>\""
        })
final class TokenizeCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(
            index = "0",
            paramLabel = "MODEL",
            description =
                    "A .gguf file, tokenizer.json, tokenizer.model of Llama 3, or a folder with one of the latter.")
    private Path model;

    @Nullable
    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "TEXT",
            description = "The text. Default: what comes from standard input, in UTF-8.")
    private String text;

    @Option(
            names = "--special",
            description = "Names of special tokens in the text stand for these tokens. Otherwise they are text.")
    private boolean special;

    @Option(names = "--json", description = "Print the same as one JSON object.")
    private boolean json;

    TokenizeCommand(Console console) {
        this.console = console;
    }

    /// What is printed for machines.
    private record Tokens(int count, List<Integer> ids, List<String> tokens) {}

    @Override
    public Integer call() {
        Tokenizer tokenizer = Tokenizer.open(model);
        String input = text == null ? LlamaOptions.standardInput() : text;
        int[] ids = special ? tokenizer.encodeWithMarks(input) : tokenizer.encode(input);
        List<String> tokens =
                Arrays.stream(ids).mapToObj(id -> spelling(tokenizer.bytes(id))).toList();
        if (json) {
            console.printJson(new Tokens(ids.length, Arrays.stream(ids).boxed().toList(), tokens));
            return ExitCodes.DONE;
        }
        for (int i = 0; i < ids.length; i++) {
            console.print("%7d  %s".formatted(ids[i], tokens.get(i)));
        }
        console.say(ids.length + " tokens of a vocabulary of " + tokenizer.vocabulary() + ".");
        return ExitCodes.DONE;
    }

    /// The token in one line: its text with line breaks and the like escaped, or its bytes where it is no
    /// whole text.
    private static String spelling(byte[] token) {
        try {
            String whole = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(token))
                    .toString();
            StringBuilder line = new StringBuilder();
            whole.codePoints().forEach(c -> line.append(escaped(c)));
            return line.toString();
        } catch (CharacterCodingException e) {
            StringBuilder bytes = new StringBuilder();
            for (byte each : token) {
                bytes.append("\\x%02X".formatted(each));
            }
            return bytes.toString();
        }
    }

    private static String escaped(int c) {
        return switch (c) {
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            case '\\' -> "\\\\";
            default -> Character.isISOControl(c) ? "\\u%04X".formatted(c) : Character.toString(c);
        };
    }
}
