package dev.herd.llama.tokenizer;

import java.util.Arrays;

/// The alphabet in which GPT-2's files, and all after them, write bytes as printable characters: printable
/// Latin-1 is itself, the other 68 bytes follow from U+0100.
final class ByteLevel {
    private static final int FIRST_OTHER = 0x100;
    private static final char[] CHARACTERS = characters();
    private static final int[] BYTES = bytes(CHARACTERS);

    private ByteLevel() {}

    /// The bytes that a token is written for; characters outside the alphabet, as in the names of marks,
    /// stay what they are.
    static byte[] bytes(String token) {
        byte[] bytes = new byte[token.length()];
        for (int i = 0; i < bytes.length; i++) {
            char c = token.charAt(i);
            if (c >= BYTES.length || BYTES[c] < 0) {
                return Utf8.bytes(token);
            }
            bytes[i] = (byte) BYTES[c];
        }
        return bytes;
    }

    /// How such files write these bytes.
    static String spelling(byte[] bytes) {
        StringBuilder spelling = new StringBuilder();
        for (byte each : bytes) {
            spelling.append(CHARACTERS[each & 0xFF]);
        }
        return spelling.toString();
    }

    private static char[] characters() {
        char[] characters = new char[256];
        char other = FIRST_OTHER;
        for (int value = 0; value < 256; value++) {
            boolean printable = (value >= '!' && value <= '~')
                    || (value >= 0xA1 && value <= 0xAC)
                    || (value >= 0xAE && value <= 0xFF);
            characters[value] = printable ? (char) value : other++;
        }
        return characters;
    }

    private static int[] bytes(char[] characters) {
        int[] bytes = new int[FIRST_OTHER + 68];
        Arrays.fill(bytes, -1);
        for (int value = 0; value < characters.length; value++) {
            bytes[characters[value]] = value;
        }
        return bytes;
    }
}
