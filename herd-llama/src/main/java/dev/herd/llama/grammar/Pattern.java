package dev.herd.llama.grammar;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A set of texts, as UTF-8 bytes.
sealed interface Pattern {
    /// The empty text.
    Pattern EMPTY = new Sequence(List.of());

    /// One byte of a set.
    record OneOf(BitSet bytes) implements Pattern {}

    /// One after the other.
    record Sequence(List<Pattern> parts) implements Pattern {}

    /// Any of these.
    record Choice(List<Pattern> choices) implements Pattern {}

    /// The same again and again, `least` to `most` times; the same must not be empty.
    record Repeated(Pattern what, int least, int most) implements Pattern {
        /// No upper limit.
        static final int ENDLESS = Integer.MAX_VALUE;

        public Repeated {
            if (least < 0 || most < least) {
                throw new IllegalArgumentException("a repetition needs 0 <= least <= most, got " + least + ", " + most);
            }
        }
    }

    /// A pattern that can hold itself: it is made first and told what it is later.
    final class Named implements Pattern {
        @Nullable
        private Pattern meaning;

        void means(Pattern pattern) {
            meaning = pattern;
        }

        Pattern meaning() {
            return Objects.requireNonNull(meaning, "a named pattern was never told what it means");
        }
    }

    /// Bytes from `first` to `last`.
    static Pattern range(int first, int last) {
        BitSet bytes = new BitSet();
        bytes.set(first, last + 1);
        return new OneOf(bytes);
    }

    /// One of these ASCII characters.
    static Pattern anyOf(String characters) {
        BitSet bytes = new BitSet();
        characters.chars().forEach(bytes::set);
        return new OneOf(bytes);
    }

    static Pattern text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Pattern[] parts = new Pattern[bytes.length];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = range(bytes[i] & 0xFF, bytes[i] & 0xFF);
        }
        return sequence(parts);
    }

    static Pattern sequence(Pattern... parts) {
        return new Sequence(List.of(parts));
    }

    static Pattern choice(Pattern... choices) {
        return new Choice(List.of(choices));
    }

    static Pattern optional(Pattern what) {
        return choice(EMPTY, what);
    }

    static Pattern repeated(Pattern what, int least, int most) {
        return new Repeated(what, least, most);
    }
}
