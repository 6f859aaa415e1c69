package dev.herd.llama.tokenizer;

import dev.herd.llama.tokenizer.TokenizerData.Merge;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Tokens as written in a file, by their spelling.
final class Vocabulary {
    private final List<String> spellings;
    private final Map<String, Integer> ids = new HashMap<>();

    Vocabulary(List<String> spellings) {
        this.spellings = spellings;
        for (int id = 0; id < spellings.size(); id++) {
            ids.putIfAbsent(spellings.get(id), id);
        }
    }

    /// The UTF-8 bytes that each token of a byte-level vocabulary stands for.
    byte[][] byteLevel(TokenType[] types) {
        byte[][] tokens = new byte[spellings.size()][];
        for (int id = 0; id < tokens.length; id++) {
            String spelling = spellings.get(id);
            tokens[id] = types[id] == TokenType.NORMAL || types[id] == TokenType.UNUSED
                    ? ByteLevel.bytes(spelling)
                    : Utf8.bytes(spelling);
        }
        return tokens;
    }

    /// The UTF-8 bytes that each token of a SentencePiece vocabulary stands for.
    byte[][] sentencePieces(TokenType[] types) {
        byte[][] tokens = new byte[spellings.size()][];
        for (int id = 0; id < tokens.length; id++) {
            String spelling = spellings.get(id);
            tokens[id] = types[id] == TokenType.BYTE
                    ? new byte[] {byteOf(spelling)}
                    : Utf8.bytes(spelling.replace(SentencePieceEncoder.VISIBLE_SPACE, ' '));
        }
        return tokens;
    }

    /// Merges written as two spellings with a space between. A spelling may begin with a space of its own
    /// only in files that write the two apart, see [#merge].
    Merge[] merges(List<String> lines) {
        Merge[] merges = new Merge[lines.size()];
        for (int i = 0; i < merges.length; i++) {
            String line = lines.get(i);
            int space = line.indexOf(' ', 1);
            if (space < 0) {
                throw new IllegalArgumentException(
                        "merge " + i + " is '" + line + "'; a merge is two tokens with a space between");
            }
            merges[i] = merge(line.substring(0, space), line.substring(space + 1), i);
        }
        return merges;
    }

    Merge merge(String left, String right, int rank) {
        return new Merge(id(left, rank), id(right, rank), id(left + right, rank));
    }

    private int id(String spelling, int rank) {
        Integer id = ids.get(spelling);
        if (id == null) {
            throw new IllegalArgumentException(
                    "merge " + rank + " needs the token '" + spelling + "', which the vocabulary does not have");
        }
        return id;
    }

    private static byte byteOf(String spelling) {
        if (!spelling.matches("<0x[0-9A-Fa-f]{2}>")) {
            throw new IllegalArgumentException("byte token '" + spelling + "' is not written as <0x00> to <0xFF>");
        }
        return (byte) Integer.parseInt(spelling.substring(3, 5), 16);
    }
}
