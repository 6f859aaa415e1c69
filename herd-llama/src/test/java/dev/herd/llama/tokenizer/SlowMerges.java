package dev.herd.llama.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// The definition of merging by rank: look at all neighbors, merge the lowest rank, leftmost first, begin
/// again.
final class SlowMerges {
    private SlowMerges() {}

    static int[] encode(TokenizerData data, String text) {
        List<String> symbols = new ArrayList<>();
        for (byte each : text.getBytes(StandardCharsets.ISO_8859_1)) {
            symbols.add(Character.toString((char) (each & 0xFF)));
        }
        for (int best = best(data, symbols); best >= 0; best = best(data, symbols)) {
            symbols.set(best, symbols.get(best) + symbols.remove(best + 1));
        }
        return symbols.stream().mapToInt(each -> rank(data, each)).toArray();
    }

    private static int best(TokenizerData data, List<String> symbols) {
        int best = -1;
        int lowest = Integer.MAX_VALUE;
        for (int i = 0; i + 1 < symbols.size(); i++) {
            int rank = rank(data, symbols.get(i) + symbols.get(i + 1));
            if (rank >= 0 && rank < lowest) {
                best = i;
                lowest = rank;
            }
        }
        return best;
    }

    private static int rank(TokenizerData data, String text) {
        for (int id = 0; id < data.tokens().length; id++) {
            String token = new String(Objects.requireNonNull(data.tokens()[id]), StandardCharsets.ISO_8859_1);
            if (data.types()[id] == TokenType.NORMAL && token.equals(text)) {
                return id;
            }
        }
        return -1;
    }
}
