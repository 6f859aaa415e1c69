package dev.herd.llama.tokenizer;

import dev.herd.llama.tokenizer.TokenizerData.Algorithm;
import dev.herd.llama.tokenizer.TokenizerData.Marks;
import dev.herd.llama.tokenizer.TokenizerData.Merge;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Vocabularies small enough to work through by hand.
final class TinyVocabularies {
    static final int START = 256;
    static final int END = 257;

    private TinyVocabularies() {}

    /// Ids 0 to 255 are the bytes, then `<start>`, `<end>`, the always-token `[x]` (258), then these texts
    /// by rank.
    static TokenizerData bytePairs(PreTokenizer preTokenizer, boolean wholePieces, String... texts) {
        List<byte[]> tokens = new ArrayList<>();
        List<TokenType> types = new ArrayList<>();
        for (int value = 0; value < 256; value++) {
            tokens.add(new byte[] {(byte) value});
            types.add(TokenType.NORMAL);
        }
        add(tokens, types, "<start>", TokenType.CONTROL);
        add(tokens, types, "<end>", TokenType.CONTROL);
        add(tokens, types, "[x]", TokenType.USER_DEFINED);
        for (String text : texts) {
            add(tokens, types, text, TokenType.NORMAL);
        }
        return new TokenizerData(
                tokens.toArray(byte[][]::new),
                types.toArray(TokenType[]::new),
                new Algorithm.BytePairs(preTokenizer, new Merge[0], wholePieces),
                new Marks(START, END, Marks.NONE, Set.of(END), true, false));
    }

    /// `<unk>` (0), `<s>` (1), `</s>` (2), the bytes (3 to 258), then these texts with falling scores.
    static TokenizerData sentencePiece(boolean withBytes, String... texts) {
        List<byte[]> tokens = new ArrayList<>();
        List<TokenType> types = new ArrayList<>();
        add(tokens, types, "<unk>", TokenType.UNKNOWN);
        add(tokens, types, "<s>", TokenType.CONTROL);
        add(tokens, types, "</s>", TokenType.CONTROL);
        for (int value = 0; withBytes && value < 256; value++) {
            tokens.add(new byte[] {(byte) value});
            types.add(TokenType.BYTE);
        }
        int first = tokens.size();
        for (String text : texts) {
            add(tokens, types, text, TokenType.NORMAL);
        }
        float[] scores = new float[tokens.size()];
        for (int id = first; id < scores.length; id++) {
            scores[id] = first - id;
        }
        return new TokenizerData(
                tokens.toArray(byte[][]::new),
                types.toArray(TokenType[]::new),
                new Algorithm.SentencePiece(scores, true),
                new Marks(1, 2, 0, Set.of(2), true, false));
    }

    private static void add(List<byte[]> tokens, List<TokenType> types, String text, TokenType type) {
        tokens.add(text.getBytes(StandardCharsets.UTF_8));
        types.add(type);
    }
}
