package dev.herd.llama.tokenizer;

import java.util.Set;

/// A vocabulary and its rules as a model file states them: what a [Tokenizer] is made of.
///
/// @param tokens the text each id stands for as UTF-8 bytes, not always whole characters; for marks their
///     name
/// @param types what each id is for
/// @param algorithm how text becomes tokens
/// @param marks the ids with a meaning of their own
public record TokenizerData(byte[][] tokens, TokenType[] types, Algorithm algorithm, Marks marks) {
    public TokenizerData {
        if (tokens.length == 0) {
            throw new IllegalArgumentException("a vocabulary needs at least one token");
        }
        if (types.length != tokens.length) {
            throw new IllegalArgumentException(
                    tokens.length + " tokens have " + types.length + " types; each token needs one");
        }
        if (algorithm instanceof Algorithm.SentencePiece pieces && pieces.scores().length != tokens.length) {
            throw new IllegalArgumentException(
                    tokens.length + " tokens have " + pieces.scores().length + " scores; each token needs one");
        }
        if (algorithm instanceof Algorithm.BytePairs pairs) {
            requireIds(pairs.merges(), tokens.length);
        }
        marks.requireBelow(tokens.length);
    }

    private static void requireIds(Merge[] merges, int count) {
        for (Merge merge : merges) {
            if (Math.max(merge.left(), Math.max(merge.right(), merge.merged())) >= count) {
                throw new IllegalArgumentException(merge + " names a token beyond the " + count + " of the vocabulary");
            }
        }
    }

    /// How text becomes tokens.
    public sealed interface Algorithm {
        /// Byte-level BPE: pieces of text, their bytes merged pair by pair.
        ///
        /// @param merges the pairs that merge, first ones first; empty when ids themselves are the order,
        ///     as in tiktoken's files
        /// @param wholePieces whether a piece that is a token is taken without merging
        record BytePairs(PreTokenizer preTokenizer, Merge[] merges, boolean wholePieces) implements Algorithm {}

        /// SentencePiece's BPE: characters merged by the score of the result, bytes for characters without
        /// a token.
        ///
        /// @param scores of each id; higher ones merge first
        /// @param spacePrefix whether text gets a space in front
        record SentencePiece(float[] scores, boolean spacePrefix) implements Algorithm {}
    }

    /// Two tokens that become one.
    public record Merge(int left, int right, int merged) {
        public Merge {
            if (left < 0 || right < 0 || merged < 0) {
                throw new IllegalArgumentException(
                        "merge of " + left + " and " + right + " to " + merged + ": ids are never negative");
            }
        }
    }

    /// Ids with a meaning of their own; [#NONE] where the model has none.
    ///
    /// @param stops ids that end a model's answer
    /// @param addStart whether a text starts with `start`
    /// @param addEnd whether a text ends with `end`
    public record Marks(int start, int end, int unknown, Set<Integer> stops, boolean addStart, boolean addEnd) {
        public static final int NONE = -1;

        public Marks {
            stops = Set.copyOf(stops);
            if (addStart && start == NONE) {
                throw new IllegalArgumentException(
                        "texts shall begin with the start token, but no start token is given");
            }
            if (addEnd && end == NONE) {
                throw new IllegalArgumentException("texts shall end with the end token, but no end token is given");
            }
        }

        private void requireBelow(int count) {
            requireBelow("start", start, count);
            requireBelow("end", end, count);
            requireBelow("unknown", unknown, count);
            stops.forEach(stop -> requireBelow("stop", stop, count));
        }

        private static void requireBelow(String name, int id, int count) {
            if (id < NONE || id >= count) {
                throw new IllegalArgumentException(
                        "the " + name + " token is " + id + ", but the vocabulary has ids 0 to " + (count - 1));
            }
        }
    }
}
