package dev.herd.llama.tokenizer;

import dev.herd.llama.tokenizer.TokenizerData.Algorithm.BytePairs;

/// Byte-level BPE: a piece that is a token is taken whole where the model says so, otherwise its bytes are
/// merged.
final class BytePairEncoder implements Encoder {
    private final PreTokenizer preTokenizer;
    private final boolean wholePieces;
    private final ByteTable ids;
    private final PairTable pairs;
    private final int[] bytes = new int[256];

    BytePairEncoder(TokenizerData data, BytePairs rules) {
        this.preTokenizer = rules.preTokenizer();
        this.wholePieces = rules.wholePieces();
        this.ids = new ByteTable(data.tokens(), data.types());
        this.pairs = rules.merges().length > 0
                ? PairTable.of(rules.merges())
                : PairTable.ofRanks(data.tokens(), data.types(), ids);
        for (int value = 0; value < bytes.length; value++) {
            bytes[value] = ids.find(new byte[] {(byte) value}, 0, 1);
            if (bytes[value] == ByteTable.ABSENT) {
                throw new IllegalArgumentException(
                        "the vocabulary has no token for the byte %d; byte-level BPE needs all 256".formatted(value));
            }
        }
    }

    @Override
    public void encode(String text, boolean opening, IdList out) {
        byte[] utf8 = Utf8.bytes(text);
        PieceScanner scanner = new PieceScanner(preTokenizer, text);
        Merger merger = new Merger(pairs);
        int from = 0;
        for (int start = 0; start < text.length(); ) {
            int end = scanner.end(start);
            int to = from + Utf8.length(text, start, end);
            encodePiece(utf8, from, to, merger, out);
            start = end;
            from = to;
        }
    }

    /// Merges one piece with this merger, whose work a caller may then read.
    void encodePiece(byte[] text, int from, int to, Merger merger, IdList out) {
        int whole = wholePieces || to - from == 1 ? ids.find(text, from, to) : ByteTable.ABSENT;
        if (whole != ByteTable.ABSENT) {
            out.add(whole);
            return;
        }
        merger.clear();
        for (int i = from; i < to; i++) {
            merger.append(bytes[text[i] & 0xFF], i);
        }
        merger.merge(to);
        for (int symbol = merger.first(); symbol >= 0; symbol = merger.next(symbol)) {
            out.add(merger.id(symbol));
        }
    }

    Merger merger() {
        return new Merger(pairs);
    }
}
