package dev.herd.llama.tokenizer;

import dev.herd.llama.tokenizer.TokenizerData.Algorithm.SentencePiece;
import java.util.Arrays;

/// SentencePiece's BPE: two neighbors merge when their text together is a token, the highest score first.
/// What is left without a token is spelled in byte tokens, or as the unknown token where the vocabulary
/// has none.
final class SentencePieceEncoder implements Encoder {
    /// Stands for a space in the files of SentencePiece; in text it means one.
    static final char VISIBLE_SPACE = '\u2581';

    private static final int NO_TOKEN = -1;

    private final boolean spacePrefix;
    private final ByteTable ids;
    private final int[] ranks;
    private final int[] bytes = new int[256];
    private final int unknown;

    SentencePieceEncoder(TokenizerData data, SentencePiece rules) {
        this.spacePrefix = rules.spacePrefix();
        this.ids = new ByteTable(data.tokens(), data.types());
        this.ranks = ranks(rules.scores());
        this.unknown = data.marks().unknown();
        Arrays.fill(bytes, NO_TOKEN);
        for (int id = 0; id < data.tokens().length; id++) {
            if (data.types()[id] == TokenType.BYTE) {
                bytes[data.tokens()[id][0] & 0xFF] = id;
            }
        }
        if (unknown == TokenizerData.Marks.NONE && Arrays.stream(bytes).anyMatch(id -> id == NO_TOKEN)) {
            throw new IllegalArgumentException(
                    "the vocabulary has neither all 256 byte tokens nor an unknown token: some text would have no ids");
        }
    }

    @Override
    public void encode(String text, boolean opening, IdList out) {
        if (text.isEmpty()) {
            return;
        }
        String spaced = text.replace(VISIBLE_SPACE, ' ');
        byte[] utf8 = Utf8.bytes(spacePrefix && opening ? " " + spaced : spaced);
        Merger merger = merger(utf8);
        for (int at = 0; at < utf8.length; ) {
            int end = Math.min(utf8.length, at + Utf8.length(utf8[at]));
            merger.append(ids.find(utf8, at, end), at);
            at = end;
        }
        merger.merge(utf8.length);
        for (int symbol = merger.first(); symbol >= 0; symbol = merger.next(symbol)) {
            if (merger.id(symbol) >= 0) {
                out.add(merger.id(symbol));
            } else {
                spell(utf8, merger.start(symbol), merger.end(symbol), out);
            }
        }
    }

    Merger merger(byte[] text) {
        return new Merger((left, right, from, to) -> {
            int merged = ids.find(text, from, to);
            return merged == ByteTable.ABSENT ? Merger.Pairs.NEVER : Merger.Pairs.of(ranks[merged], merged);
        });
    }

    private void spell(byte[] text, int from, int to, IdList out) {
        for (int i = from; i < to; i++) {
            if (bytes[text[i] & 0xFF] == NO_TOKEN) {
                out.add(unknown);
                return;
            }
        }
        for (int i = from; i < to; i++) {
            out.add(bytes[text[i] & 0xFF]);
        }
    }

    /// The place of each score among all different ones, the highest first.
    private static int[] ranks(float[] scores) {
        float[] ascending = scores.clone();
        Arrays.sort(ascending);
        int[] ranks = new int[scores.length];
        for (int id = 0; id < scores.length; id++) {
            ranks[id] = scores.length - 1 - firstOf(ascending, scores[id]);
        }
        return ranks;
    }

    private static int firstOf(float[] ascending, float score) {
        int at = Arrays.binarySearch(ascending, score);
        while (at > 0 && ascending[at - 1] == score) {
            at--;
        }
        return at;
    }
}
