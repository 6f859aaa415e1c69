package dev.herd.llama.tokenizer;

import dev.herd.data.InputException;
import dev.herd.llama.tokenizer.TokenizerData.Algorithm;
import dev.herd.llama.tokenizer.TokenizerData.Marks;
import dev.herd.llama.tokenizer.TokenizerData.Merge;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/// Llama 3's own `tokenizer.model`: a line for each token, its bytes in base64, a space, its rank. The 256
/// marks are not in the file; they follow the last rank.
final class RankFile {
    static final int MARKS = 256;

    private static final List<String> NAMED_MARKS = List.of(
            "<|begin_of_text|>",
            "<|end_of_text|>",
            "<|reserved_special_token_0|>",
            "<|reserved_special_token_1|>",
            "<|finetune_right_pad_id|>",
            "<|step_id|>",
            "<|start_header_id|>",
            "<|end_header_id|>",
            "<|eom_id|>",
            "<|eot_id|>",
            "<|python_tag|>");

    private RankFile() {}

    static TokenizerData read(Path file, byte[] bytes) {
        List<byte[]> tokens = tokens(file, new String(bytes, StandardCharsets.ISO_8859_1));
        int ranks = tokens.size();
        for (int i = 0; i < MARKS; i++) {
            tokens.add(Utf8.bytes(markName(i)));
        }
        TokenType[] types = new TokenType[tokens.size()];
        Arrays.fill(types, TokenType.NORMAL);
        Arrays.fill(types, ranks, types.length, TokenType.CONTROL);
        byte[][] all = tokens.toArray(byte[][]::new);
        int end = ranks + NAMED_MARKS.indexOf("<|end_of_text|>");
        return new TokenizerData(
                all,
                types,
                new Algorithm.BytePairs(PreTokenizer.LLAMA3, new Merge[0], true),
                new Marks(ranks, end, Marks.NONE, Stops.of(end, types, all), true, false));
    }

    /// Names as of Llama 3.1; the reserved ones count on from 2.
    private static String markName(int index) {
        return index < NAMED_MARKS.size()
                ? NAMED_MARKS.get(index)
                : "<|reserved_special_token_" + (index - NAMED_MARKS.size() + 2) + "|>";
    }

    private static List<byte[]> tokens(Path file, String text) {
        List<byte[]> tokens = new ArrayList<>();
        for (String line : text.lines().toList()) {
            int space = line.indexOf(' ');
            if (space <= 0 || !line.substring(space + 1).equals(Integer.toString(tokens.size()))) {
                throw InputException.at(
                        file,
                        tokens.size() + 1L,
                        1,
                        "expected a token in base64, a space and the rank " + tokens.size() + ", found '"
                                + line.substring(0, Math.min(40, line.length())) + "'");
            }
            try {
                tokens.add(Base64.getDecoder().decode(line.substring(0, space)));
            } catch (IllegalArgumentException e) {
                throw InputException.at(file, tokens.size() + 1L, 1, "is not base64: " + e.getMessage());
            }
        }
        return tokens;
    }
}
