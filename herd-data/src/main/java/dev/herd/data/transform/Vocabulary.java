package dev.herd.data.transform;

import dev.herd.data.InputException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Texts with ids from 1 on; id 0 stands for every other text.
///
/// On disk: line i holds the text of id i and its count in the training rows, with a tab between; tab, line feed,
/// carriage return and backslash in a text are written `\t`, `\n`, `\r` and `\\`.
public final class Vocabulary {
    private final TokenCounts tokens;

    Vocabulary(TokenCounts tokens) {
        this.tokens = tokens;
    }

    /// Number of ids, 0 included.
    public long rows() {
        return tokens.size() + 1L;
    }

    public long id(byte[] bytes, int start, int end) {
        return tokens.find(bytes, start, end) + 1L;
    }

    public long id(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return id(bytes, 0, bytes.length);
    }

    /// The text of an id from 1 on.
    public String text(long id) {
        return new String(tokens.token(Math.toIntExact(id - 1)), StandardCharsets.UTF_8);
    }

    public void write(Path file) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (int t = 0; t < tokens.size(); t++) {
                String text = new String(tokens.token(t), StandardCharsets.UTF_8);
                out.write(escaped(text) + "\t" + tokens.count(t) + "\n");
            }
        }
    }

    public static Vocabulary read(Path file) {
        TokenCounts tokens = new TokenCounts();
        try {
            List<String> lines = Files.readAllLines(file);
            for (int i = 0; i < lines.size(); i++) {
                int tab = lines.get(i).lastIndexOf('\t');
                if (tab < 0) {
                    throw InputException.at(file, i + 1, 1, "expected a text, a tab and a count");
                }
                byte[] text = plain(lines.get(i).substring(0, tab)).getBytes(StandardCharsets.UTF_8);
                tokens.add(text, 0, text.length, Long.parseLong(lines.get(i).substring(tab + 1)));
                if (tokens.size() != i + 1) {
                    throw InputException.at(file, i + 1, 1, "the text occurs twice");
                }
            }
        } catch (IOException | NumberFormatException e) {
            throw new InputException(file + ": the vocabulary cannot be read: " + e.getMessage(), e);
        }
        return new Vocabulary(tokens);
    }

    private static String escaped(String text) {
        return text.replace("\\", "\\\\")
                .replace("\t", "\\t")
                .replace("\n", "\\n")
                .replace("\r", "\\r");
    }

    private static String plain(String text) {
        if (text.indexOf('\\') < 0) {
            return text;
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                char escape = text.charAt(++i);
                plain.append(
                        switch (escape) {
                            case 't' -> '\t';
                            case 'n' -> '\n';
                            case 'r' -> '\r';
                            default -> escape;
                        });
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }
}
