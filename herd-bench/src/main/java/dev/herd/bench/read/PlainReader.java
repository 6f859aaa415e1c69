package dev.herd.bench.read;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// The reader that one writes first: lines, split at tabs, numbers parsed, ids hashed, batches of arrays.
final class PlainReader {
    private final int batch;
    private final int buckets;

    PlainReader(int batch, int buckets) {
        this.batch = batch;
        this.buckets = buckets;
    }

    /// Reads the whole file and returns the number of its rows.
    long read(Path file) {
        long rows = 0;
        try (BufferedReader in = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            float[] labels = new float[batch];
            float[] dense = new float[batch * CriteoFile.INTEGERS];
            long[] ids = new long[batch * CriteoFile.IDS];
            int at = 0;
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (at == batch) {
                    labels = new float[batch];
                    dense = new float[batch * CriteoFile.INTEGERS];
                    ids = new long[batch * CriteoFile.IDS];
                    at = 0;
                }
                row(line.split("\t", -1), at, labels, dense, ids);
                at++;
                rows++;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    private void row(String[] cells, int at, float[] labels, float[] dense, long[] ids) {
        labels[at] = Float.parseFloat(cells[0]);
        for (int i = 0; i < CriteoFile.INTEGERS; i++) {
            String cell = cells[1 + i];
            double number = cell.isEmpty() ? 0 : Integer.parseInt(cell);
            dense[at * CriteoFile.INTEGERS + i] = (float) Math.log1p(Math.max(0, number));
        }
        for (int i = 0; i < CriteoFile.IDS; i++) {
            ids[i * batch + at] = Math.floorMod(cells[1 + CriteoFile.INTEGERS + i].hashCode(), buckets);
        }
    }
}
