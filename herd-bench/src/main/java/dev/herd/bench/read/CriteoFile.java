package dev.herd.bench.read;

import dev.herd.numerics.CounterRandom;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// Makes a file in the layout of the Criteo logs: label, 13 integers, 26 ids of eight hexadecimal digits, tabs between;
/// a tenth of the integers and a twentieth of the ids are missing.
final class CriteoFile {
    static final int INTEGERS = 13;
    static final int IDS = 26;

    private static final long SEED = 17;
    private static final int COLUMNS = 1 + INTEGERS + IDS;

    private CriteoFile() {}

    static void write(Path file, int rows) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.US_ASCII)) {
            StringBuilder line = new StringBuilder(512);
            for (int row = 0; row < rows; row++) {
                line.setLength(0);
                line.append(CounterRandom.uniform(SEED, 0, row) < 0.25 ? '1' : '0');
                for (int column = 1; column < COLUMNS; column++) {
                    line.append('\t');
                    cell(line, column, row);
                }
                out.append(line.append('\n'));
            }
        }
    }

    private static void cell(StringBuilder line, int column, int row) {
        long bits = CounterRandom.bits(SEED, column, row);
        boolean integer = column <= INTEGERS;
        if (Math.floorMod(bits, integer ? 10 : 20) == 0) {
            return;
        }
        if (integer) {
            line.append((int) Math.exp((bits >>> 40) * 0x1.0p-24 * 10) - 2);
        } else {
            // few distinct ids in the first columns, millions in the last
            long distinct = 1L << (column - INTEGERS);
            long id = CounterRandom.mix(Math.floorMod(bits >>> 8, distinct) + column) >>> 32;
            line.append(String.format("%08x", id));
        }
    }
}
