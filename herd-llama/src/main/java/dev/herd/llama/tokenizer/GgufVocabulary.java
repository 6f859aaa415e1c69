package dev.herd.llama.tokenizer;

import dev.herd.data.InputException;
import dev.herd.llama.tokenizer.TokenizerData.Algorithm;
import dev.herd.llama.tokenizer.TokenizerData.Marks;
import dev.herd.llama.weights.Metadata;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/// The vocabulary in the metadata of a GGUF file: the keys `tokenizer.ggml.*`.
final class GgufVocabulary {
    static final String PREFIX = "tokenizer.ggml.";

    private final Metadata metadata;

    private GgufVocabulary(Metadata metadata) {
        this.metadata = metadata;
    }

    static TokenizerData read(Metadata metadata) {
        GgufVocabulary vocabulary = new GgufVocabulary(metadata);
        try {
            String model = vocabulary.text("model");
            return switch (model) {
                case "gpt2" -> vocabulary.bytePairs();
                case "llama" -> vocabulary.sentencePiece();
                default ->
                    throw new IllegalArgumentException(PREFIX + "model is '" + model
                            + "'; supported are 'gpt2' (byte-level BPE) and 'llama' (SentencePiece)");
            };
        } catch (IllegalArgumentException e) {
            throw new InputException(metadata.file() + ": " + e.getMessage(), e);
        }
    }

    private TokenizerData bytePairs() {
        List<String> spellings = texts("tokens");
        TokenType[] types = types(spellings.size());
        Vocabulary vocabulary = new Vocabulary(spellings);
        byte[][] tokens = vocabulary.byteLevel(types);
        PreTokenizer preTokenizer = PreTokenizer.named(text("pre"));
        boolean llama3 = preTokenizer == PreTokenizer.LLAMA3;
        return new TokenizerData(
                tokens,
                types,
                new Algorithm.BytePairs(preTokenizer, vocabulary.merges(texts("merges")), llama3),
                marks(types, tokens, llama3));
    }

    private TokenizerData sentencePiece() {
        List<String> spellings = texts("tokens");
        TokenType[] types = types(spellings.size());
        byte[][] tokens = new Vocabulary(spellings).sentencePieces(types);
        float[] scores = metadata.floats(PREFIX + "scores").orElseThrow(() -> missing("scores"));
        boolean spacePrefix = metadata.flag(PREFIX + "add_space_prefix").orElse(true);
        return new TokenizerData(
                tokens, types, new Algorithm.SentencePiece(scores, spacePrefix), marks(types, tokens, true));
    }

    private Marks marks(TokenType[] types, byte[][] tokens, boolean startsByDefault) {
        int start = id("bos_token_id");
        int end = id("eos_token_id");
        Set<Integer> stops = new TreeSet<>(Stops.of(end, types, tokens));
        for (String key : List.of("eot_token_id", "eom_token_id")) {
            if (id(key) != Marks.NONE) {
                stops.add(id(key));
            }
        }
        boolean addStart = metadata.flag(PREFIX + "add_bos_token").orElse(startsByDefault && start != Marks.NONE);
        boolean addEnd = metadata.flag(PREFIX + "add_eos_token").orElse(false);
        return new Marks(start, end, id("unknown_token_id"), stops, addStart, addEnd);
    }

    private TokenType[] types(int count) {
        long[] numbers = metadata.wholes(PREFIX + "token_type").orElse(null);
        TokenType[] types = new TokenType[count];
        Arrays.fill(types, TokenType.NORMAL);
        if (numbers == null) {
            return types;
        }
        if (numbers.length != count) {
            throw new IllegalArgumentException(count + " tokens have " + numbers.length + " types; each needs one");
        }
        for (int id = 0; id < count; id++) {
            types[id] = TokenType.ofNumber(numbers[id]);
        }
        return types;
    }

    private List<String> texts(String key) {
        return metadata.texts(PREFIX + key).orElseThrow(() -> missing(key));
    }

    private String text(String key) {
        return metadata.text(PREFIX + key).orElseThrow(() -> missing(key));
    }

    private int id(String key) {
        long id = metadata.whole(PREFIX + key).orElse(Marks.NONE);
        if (id < Marks.NONE || id > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(PREFIX + key + " is " + id + "; ids are 0 or more");
        }
        return (int) id;
    }

    private static IllegalArgumentException missing(String key) {
        return new IllegalArgumentException("has no " + PREFIX + key + "; a GGUF file with a vocabulary has one");
    }
}
