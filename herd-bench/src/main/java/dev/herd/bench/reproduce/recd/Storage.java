package dev.herd.bench.reproduce.recd;

import dev.herd.bench.reproduce.lab.Claim;
import dev.herd.bench.reproduce.lab.Expectation;
import dev.herd.bench.reproduce.lab.Findings;
import dev.herd.data.dataset.StorageComparison;
import java.util.ArrayList;
import java.util.List;

/// Compressed bytes of the table in the three layouts: O1 and O2.
final class Storage {
    private Storage() {}

    static void measure(Layouts layouts, Findings.Notes notes) {
        StorageComparison order = StorageComparison.of(layouts.interleaved(), layouts.clustered());
        StorageComparison both = StorageComparison.of(layouts.interleaved(), layouts.once());
        notes.claim(new Claim(
                "storage: interleaved over clustered", null, order.ratio(), "x bytes", Expectation.atLeast(1)));
        notes.claim(new Claim(
                "storage: interleaved over clustered with repeated lists once",
                3.71,
                both.ratio(),
                "x bytes",
                Expectation.atLeast(3.71)));
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < order.columns().size(); i++) {
            StorageComparison.Column plain = order.columns().get(i);
            StorageComparison.Column once = both.columns().get(i);
            rows.add(row(plain.name(), order.rows(), plain.before(), plain.after(), once.after()));
        }
        rows.add(row("all", order.rows(), order.before(), order.after(), both.after()));
        notes.table(new Findings.Table(
                "Compressed bytes a row",
                List.of("column", ">interleaved", ">clustered", ">lists once", ">ratio", ">ratio, lists once"),
                rows));
    }

    private static List<String> row(String name, double rows, double before, double clustered, double once) {
        return List.of(
                name,
                Text.of("%.2f", before / rows),
                Text.of("%.2f", clustered / rows),
                Text.of("%.2f", once / rows),
                Text.of("%.2f", before / clustered),
                Text.of("%.2f", before / once));
    }
}
