package dev.herd.train.quantize;

import dev.herd.train.quantize.Receipt.Table;
import dev.herd.train.quantize.Receipt.Trial;
import dev.herd.train.report.Page;
import dev.herd.train.run.RunFolder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Writes a receipt as an HTML page.
public final class ReceiptPage {
    private ReceiptPage() {}

    /// @param title usually the model and the run
    public static void write(Receipt receipt, String title, Path file) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("NE on " + receipt.split() + " before", text("%.6f", receipt.entropyBefore()));
        facts.put("NE after", text("%.6f", receipt.entropyAfter()));
        facts.put("change", text("%+.6f", receipt.change()));
        facts.put("change, % of NE", text("%+.4f", 100 * receipt.change() / receipt.entropyBefore()));
        facts.put("rows measured", text("%,d", receipt.rows()));
        facts.put("bytes of tables before", text("%,d", receipt.bytesBefore()));
        facts.put("bytes of tables after", text("%,d", receipt.bytesAfter()));
        RunFolder.replace(
                file,
                Page.titled(title)
                        .facts("All tables together", facts)
                        .table(
                                "Tables",
                                List.of(
                                        "table",
                                        "rows",
                                        "width",
                                        "before",
                                        "after",
                                        "bytes before",
                                        "bytes after",
                                        "saved",
                                        "NE change alone"),
                                receipt.tables().stream().map(ReceiptPage::row).toList())
                        .table(
                                "Formats, one table alone",
                                List.of("table", "format", "bytes", "NE change"),
                                receipt.trials().stream().map(ReceiptPage::row).toList())
                        .text("Every number was measured by evaluating the model on the whole split with the tables in"
                                + " those formats. Changes of single tables do not add up to the change of all.")
                        .html());
    }

    private static List<String> row(Table table) {
        return List.of(
                table.name(),
                text("%,d", table.rows()),
                Integer.toString(table.dim()),
                table.before(),
                table.after(),
                text("%,d", table.bytesBefore()),
                text("%,d", table.bytesAfter()),
                text("%,d", table.saved()),
                text("%+.6f", table.change()));
    }

    private static List<String> row(Trial trial) {
        return List.of(trial.table(), trial.format(), text("%,d", trial.bytes()), text("%+.6f", trial.change()));
    }

    private static String text(String pattern, Object value) {
        return String.format(Locale.ROOT, pattern, value);
    }
}
