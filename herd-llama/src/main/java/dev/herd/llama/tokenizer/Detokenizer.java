package dev.herd.llama.tokenizer;

import java.util.Arrays;

/// Turns ids into text as they come. Never gives out part of a character: bytes wait for those that
/// complete it. Bytes that cannot become a character are replaced by U+FFFD, one for each longest start of
/// a character.
///
/// For one stream of ids and one thread.
public final class Detokenizer {
    private static final char REPLACEMENT = '\uFFFD';
    private static final int LOWEST = 0x80;
    private static final int HIGHEST = 0xBF;

    private final Tokenizer tokenizer;
    private final boolean showMarks;
    private int character;
    private int missing;
    /// What the next byte of a character may be: the first one after some lead bytes is restricted.
    private int lowest = LOWEST;
    private int highest = HIGHEST;
    private boolean dropSpace;

    Detokenizer(Tokenizer tokenizer, boolean showMarks, boolean dropSpace) {
        this.tokenizer = tokenizer;
        this.showMarks = showMarks;
        this.dropSpace = dropSpace;
    }

    /// The text that is complete with this id; often empty.
    public String append(int id) {
        return switch (tokenizer.type(id)) {
            case CONTROL -> finish() + (showMarks ? decode(tokenizer.bytes(id)) : "");
            case UNUSED -> "";
            case UNKNOWN -> finish() + (showMarks ? decode(tokenizer.bytes(id)) : " \u2047 ");
            case NORMAL, USER_DEFINED, BYTE -> decode(spaced(tokenizer.bytes(id)));
        };
    }

    /// The replacement for bytes that still wait for the rest of their character; empty when none do.
    public String finish() {
        if (missing == 0) {
            return "";
        }
        restart();
        return String.valueOf(REPLACEMENT);
    }

    /// Whether bytes wait for the rest of their character.
    public boolean waits() {
        return missing > 0;
    }

    /// The first text of a sequence loses the space that encoding put in front of it.
    private byte[] spaced(byte[] bytes) {
        boolean drop = dropSpace && bytes.length > 0 && bytes[0] == ' ';
        dropSpace = false;
        return drop ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    private String decode(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte each : bytes) {
            int value = each & 0xFF;
            if (missing > 0 && (value < lowest || value > highest)) {
                text.append(finish());
            }
            if (missing == 0) {
                lead(value, text);
            } else {
                follow(value, text);
            }
        }
        return text.toString();
    }

    private void lead(int value, StringBuilder text) {
        if (value < 0x80) {
            text.append((char) value);
        } else if (value >= 0xC2 && value <= 0xDF) {
            begin(value & 0x1F, 1, LOWEST, HIGHEST);
        } else if (value >= 0xE0 && value <= 0xEF) {
            begin(value & 0xF, 2, value == 0xE0 ? 0xA0 : LOWEST, value == 0xED ? 0x9F : HIGHEST);
        } else if (value >= 0xF0 && value <= 0xF4) {
            begin(value & 0x7, 3, value == 0xF0 ? 0x90 : LOWEST, value == 0xF4 ? 0x8F : HIGHEST);
        } else {
            text.append(REPLACEMENT);
        }
    }

    private void begin(int bits, int following, int least, int most) {
        character = bits;
        missing = following;
        lowest = least;
        highest = most;
    }

    private void follow(int value, StringBuilder text) {
        character = character << 6 | (value & 0x3F);
        lowest = LOWEST;
        highest = HIGHEST;
        if (--missing == 0) {
            text.appendCodePoint(character);
        }
    }

    private void restart() {
        missing = 0;
        lowest = LOWEST;
        highest = HIGHEST;
    }
}
