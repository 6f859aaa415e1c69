package dev.herd.cli.terminal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Rows of cells in aligned columns: text to the left, numbers to the right.
public final class TextTable {
    private final List<String> titles;
    private final boolean[] right;
    private final List<List<String>> rows = new ArrayList<>();

    /// @param titles of the columns; one that starts with `>` is aligned to the right
    public TextTable(String... titles) {
        right = new boolean[titles.length];
        List<String> clean = new ArrayList<>();
        for (int column = 0; column < titles.length; column++) {
            right[column] = titles[column].startsWith(">");
            clean.add(right[column] ? titles[column].substring(1) : titles[column]);
        }
        this.titles = List.copyOf(clean);
    }

    public TextTable row(String... cells) {
        if (cells.length != titles.size()) {
            throw new IllegalArgumentException("expected " + titles.size() + " cells, got " + cells.length);
        }
        rows.add(List.of(cells));
        return this;
    }

    /// The lines of the table, the titles first.
    public List<String> lines() {
        int[] widths = new int[titles.size()];
        List<List<String>> all = new ArrayList<>(List.of(titles));
        all.addAll(rows);
        all.forEach(row -> {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        });
        return all.stream().map(row -> line(row, widths)).toList();
    }

    private String line(List<String> row, int[] widths) {
        String[] cells = new String[widths.length];
        Arrays.setAll(cells, column -> {
            String fill = " ".repeat(widths[column] - row.get(column).length());
            return right[column] ? fill + row.get(column) : row.get(column) + fill;
        });
        return String.join("  ", cells).stripTrailing();
    }
}
