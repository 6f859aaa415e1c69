package dev.herd.llama.grammar;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// Sets of characters as patterns of their UTF-8 bytes.
///
/// **Paper**: RFC 3629.
final class CodePoints {
    private static final int FIRST_SURROGATE = 0xD800;
    private static final int LAST_SURROGATE = 0xDFFF;

    /// The last character of one, two, three and four bytes.
    private static final int[] LAST_OF_LENGTH = {0x7F, 0x7FF, 0xFFFF, Character.MAX_CODE_POINT};

    /// What the first byte has besides the character's bits.
    private static final int[] LEAD = {0, 0xC0, 0xE0, 0xF0};

    private CodePoints() {}

    /// One character of a set. Surrogates are no characters.
    static Pattern oneOf(BitSet characters) {
        BitSet left = (BitSet) characters.clone();
        left.clear(FIRST_SURROGATE, LAST_SURROGATE + 1);
        BitSet single = left.get(0, LAST_OF_LENGTH[0] + 1);
        List<Pattern> choices = new ArrayList<>();
        if (!single.isEmpty()) {
            choices.add(new Pattern.OneOf(single));
        }
        int from = left.nextSetBit(LAST_OF_LENGTH[0] + 1);
        while (from >= 0) {
            int end = left.nextClearBit(from);
            addRange(from, end - 1, choices);
            from = left.nextSetBit(end);
        }
        return choices.size() == 1 ? choices.getFirst() : new Pattern.Choice(choices);
    }

    /// All characters but those of a set.
    static Pattern noneOf(BitSet characters) {
        BitSet others = (BitSet) characters.clone();
        others.flip(0, Character.MAX_CODE_POINT + 1);
        return oneOf(others);
    }

    private static void addRange(int from, int to, List<Pattern> choices) {
        int first = from;
        for (int length = 2; length <= 4 && first <= to; length++) {
            int last = Math.min(to, LAST_OF_LENGTH[length - 1]);
            if (first <= last) {
                addBytes(first, last, length, choices);
                first = last + 1;
            }
        }
    }

    /* Characters of one length are cut where the bytes behind the first do not run through all of their values: what is
     * left is one range of each byte. */
    private static void addBytes(int from, int to, int length, List<Pattern> choices) {
        for (int behind = 1; behind < length; behind++) {
            int all = (1 << 6 * behind) - 1;
            if ((from & ~all) != (to & ~all)) {
                if ((from & all) != 0) {
                    addBytes(from, from | all, length, choices);
                    addBytes((from | all) + 1, to, length, choices);
                    return;
                }
                if ((to & all) != all) {
                    addBytes(from, (to & ~all) - 1, length, choices);
                    addBytes(to & ~all, to, length, choices);
                    return;
                }
            }
        }
        Pattern[] bytes = new Pattern[length];
        for (int i = 0; i < length; i++) {
            int shift = 6 * (length - 1 - i);
            int mark = i == 0 ? LEAD[length - 1] : 0x80;
            int bits = i == 0 ? 0xFF : 0x3F;
            bytes[i] = Pattern.range(mark | from >> shift & bits, mark | to >> shift & bits);
        }
        choices.add(Pattern.sequence(bytes));
    }
}
