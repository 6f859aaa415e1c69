package dev.herd.llama.tokenizer;

import dev.herd.llama.tokenizer.TokenizerData.Algorithm;
import dev.herd.llama.tokenizer.TokenizerData.Marks;
import dev.herd.llama.tokenizer.TokenizerData.Merge;
import dev.herd.llama.weights.GgufWriter;
import dev.herd.llama.weights.MetadataValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/// Writes a vocabulary as the metadata that [GgufVocabulary] reads.
final class GgufVocabularyWriter {
    private final TokenizerData data;
    private final GgufWriter file;

    private GgufVocabularyWriter(TokenizerData data, GgufWriter file) {
        this.data = data;
        this.file = file;
    }

    static void write(TokenizerData data, GgufWriter file) {
        GgufVocabularyWriter writer = new GgufVocabularyWriter(data, file);
        switch (data.algorithm()) {
            case Algorithm.BytePairs rules -> writer.bytePairs(rules);
            case Algorithm.SentencePiece rules -> writer.sentencePiece(rules);
        }
        int[] types = Arrays.stream(data.types()).mapToInt(TokenType::number).toArray();
        writer.put("token_type", MetadataValue.Items.ofWholes(types));
        writer.marks();
    }

    private void bytePairs(Algorithm.BytePairs rules) {
        if (rules.wholePieces() != (rules.preTokenizer() == PreTokenizer.LLAMA3)) {
            throw new IllegalArgumentException("the tokenizer " + (rules.wholePieces() ? "takes" : "does not take")
                    + " a piece that is a token without merging (ignore_merges), which GGUF files leave to the"
                    + " pre-tokenizer, and " + rules.preTokenizer() + " does otherwise");
        }
        put("model", new MetadataValue.Text("gpt2"));
        put("pre", new MetadataValue.Text(rules.preTokenizer().ggufName()));
        List<String> spellings = spellings();
        put("tokens", MetadataValue.Items.ofTexts(spellings));
        Stream<Merge> merges = rules.merges().length > 0
                ? Arrays.stream(rules.merges())
                : PairTable.ranked(data.tokens(), data.types(), new ByteTable(data.tokens(), data.types()));
        put(
                "merges",
                MetadataValue.Items.ofTexts(
                        merges.map(merge -> spellings.get(merge.left()) + " " + spellings.get(merge.right()))
                                .toList()));
    }

    private void sentencePiece(Algorithm.SentencePiece rules) {
        put("model", new MetadataValue.Text("llama"));
        put("add_space_prefix", new MetadataValue.Flag(rules.spacePrefix()));
        put("tokens", MetadataValue.Items.ofTexts(spellings()));
        put("scores", MetadataValue.Items.ofReals(rules.scores()));
    }

    private List<String> spellings() {
        List<String> spellings = new ArrayList<>();
        for (int id = 0; id < data.tokens().length; id++) {
            spellings.add(spelling(data.tokens()[id], data.types()[id]));
        }
        return spellings;
    }

    private String spelling(byte[] token, TokenType type) {
        return switch (data.algorithm()) {
            case Algorithm.BytePairs _
            when type == TokenType.NORMAL || type == TokenType.UNUSED -> ByteLevel.spelling(token);
            case Algorithm.BytePairs _ -> new String(token, StandardCharsets.UTF_8);
            case Algorithm.SentencePiece _ when type == TokenType.BYTE -> "<0x%02X>".formatted(token[0] & 0xFF);
            case Algorithm.SentencePiece _ ->
                new String(token, StandardCharsets.UTF_8).replace(' ', SentencePieceEncoder.VISIBLE_SPACE);
        };
    }

    private void marks() {
        Marks marks = data.marks();
        id("bos_token_id", marks.start());
        id("eos_token_id", marks.end());
        id("unknown_token_id", marks.unknown());
        for (int stop : marks.stops()) {
            switch (new String(data.tokens()[stop], StandardCharsets.UTF_8)) {
                case "<|eot_id|>" -> id("eot_token_id", stop);
                case "<|eom_id|>" -> id("eom_token_id", stop);
                default -> {
                    // Readers know the others by their names or as the end mark.
                }
            }
        }
        put("add_bos_token", new MetadataValue.Flag(marks.addStart()));
        put("add_eos_token", new MetadataValue.Flag(marks.addEnd()));
    }

    private void id(String key, int id) {
        if (id != Marks.NONE) {
            put(key, new MetadataValue.Whole(id));
        }
    }

    private void put(String key, MetadataValue value) {
        file.put(GgufVocabulary.PREFIX + key, value);
    }
}
