package dev.herd.bench.reproduce.bdr;

import dev.herd.data.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/// A text as numbers of characters: nine tenths to learn from, the last tenth to measure on.
///
/// @param characters how many different ones there are
record CharText(int[] learnt, int[] heldOut, int characters) {
    private static final double LEARNT = 0.9;

    /// **Throws** [InputException] when the file cannot be read.
    static CharText read(Path gzip) {
        try (InputStream in = new GZIPInputStream(Files.newInputStream(gzip))) {
            return of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new InputException(gzip + ": cannot be read as gzip text: " + e.getMessage(), e);
        }
    }

    static CharText of(String text) {
        int[] known = text.chars().sorted().distinct().toArray();
        int[] numbers = text.chars().map(c -> Arrays.binarySearch(known, c)).toArray();
        int split = (int) (numbers.length * LEARNT);
        return new CharText(
                Arrays.copyOf(numbers, split), Arrays.copyOfRange(numbers, split, numbers.length), known.length);
    }
}
