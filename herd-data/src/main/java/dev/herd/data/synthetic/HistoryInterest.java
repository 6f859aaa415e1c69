package dev.herd.data.synthetic;

import java.util.List;

/// What the items of a row's history add to its logit: the number of those that are of the shown item's
/// kind. The item of popularity rank r is of kind `r mod kinds`.
///
/// Where items are equally popular, the term has mean 0, a variance of about the squared amplitude, and no
/// correlation with any function of the item alone or the history alone.
final class HistoryInterest {
    private final int item;
    private final int history;
    private final int kinds;
    private final double amplitude;
    private final double scale;

    private HistoryInterest(int item, int history, int kinds, double amplitude, double scale) {
        this.item = item;
        this.history = history;
        this.kinds = kinds;
        this.amplitude = amplitude;
        this.scale = scale;
    }

    static HistoryInterest of(PlantedLabel label, List<Column> columns) {
        int item = -1;
        int history = -1;
        double meanLength = 1;
        for (int i = 0; i < columns.size(); i++) {
            Column column = columns.get(i);
            if (column.kind() == Column.Kind.ITEM) {
                item = i;
            } else if (column.kind() == Column.Kind.HISTORY) {
                history = i;
                meanLength = 0.5 * (column.minLength() + column.maxLength());
            }
        }
        int kinds = label.interest().kinds();
        double share = 1.0 / kinds;
        return new HistoryInterest(
                item, history, kinds, label.interestAmplitude(), 1 / Math.sqrt(meanLength * share * (1 - share)));
    }

    void addTo(double[] logits, List<ColumnValues> values) {
        if (amplitude == 0) {
            return;
        }
        ColumnValues seen = values.get(history);
        for (int row = 0; row < logits.length; row++) {
            long kind = values.get(item).ranks()[values.get(item).from(row)] % kinds;
            int same = 0;
            for (int i = seen.from(row); i < seen.to(row); i++) {
                same += seen.ranks()[i] % kinds == kind ? 1 : 0;
            }
            double expected = (seen.to(row) - seen.from(row)) / (double) kinds;
            logits[row] += amplitude * scale * (same - expected);
        }
    }
}
