package dev.herd.llama.tokenizer;

import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeSet;

/// The marks that end an answer in every model that has them.
final class Stops {
    private static final Set<String> NAMES = Set.of("<|eot_id|>", "<|eom_id|>", "<|end_of_text|>", "<|im_end|>");

    private Stops() {}

    /// The end mark and all marks named so.
    static Set<Integer> of(int end, TokenType[] types, byte[][] tokens) {
        Set<Integer> stops = new TreeSet<>();
        if (end != TokenizerData.Marks.NONE) {
            stops.add(end);
        }
        for (int id = 0; id < tokens.length; id++) {
            if (types[id] == TokenType.CONTROL && NAMES.contains(new String(tokens[id], StandardCharsets.UTF_8))) {
                stops.add(id);
            }
        }
        return stops;
    }
}
