package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import dev.herd.cli.terminal.Figures;
import dev.herd.cli.terminal.TextTable;
import dev.herd.llama.weights.LlamaConfig;
import dev.herd.llama.weights.RopeScaling;
import dev.herd.llama.weights.WeightSheet;
import java.util.Locale;

/// Prints what a Llama model file is made of and the memory that running it takes.
final class WeightPrinter {
    private static final int LONGEST_VALUE = 80;

    private final Console console;

    WeightPrinter(Console console) {
        this.console = console;
    }

    void print(WeightSheet sheet, boolean withTensors) {
        LlamaConfig config = sheet.config();
        console.print(format("Llama, %,d parameters in ", sheet.parameters())
                + Figures.bytes(sheet.weightBytes())
                + format(" (%.2f bits each)", 8.0 * sheet.weightBytes() / sheet.parameters()));
        console.print(format(
                "%d layers, width %,d, hidden %,d, %d query heads on %d key-value heads of %d, vocabulary %,d%s",
                config.layers(),
                config.width(),
                config.hidden(),
                config.heads(),
                config.kvHeads(),
                config.headDim(),
                config.vocabulary(),
                config.tied() ? " (tied)" : ""));
        console.print(format("context %,d, rope base %s, ", config.contextLength(), config.ropeTheta())
                + scaling(config.scaling()));
        console.print("");
        types(sheet).lines().forEach(console::print);
        console.print("");
        memory(sheet).lines().forEach(console::print);
        console.print("");
        metadata(sheet).lines().forEach(console::print);
        if (withTensors) {
            console.print("");
            tensors(sheet).lines().forEach(console::print);
        }
    }

    private static String scaling(RopeScaling scaling) {
        return switch (scaling) {
            case RopeScaling.None _ -> "not scaled";
            case RopeScaling.Factors factors -> "scaled by " + factors.divisors().length + " divisors of the file";
            case RopeScaling.Llama3 rule ->
                format("scaled by %s beyond %,d positions", rule.factor(), rule.originalContext());
        };
    }

    private static TextTable types(WeightSheet sheet) {
        TextTable table = new TextTable("type", ">tensors", ">numbers", ">bytes", ">share");
        for (WeightSheet.TypeShare share : sheet.types()) {
            table.row(
                    share.type().name(),
                    format("%,d", share.tensors()),
                    format("%,d", share.numbers()),
                    Figures.bytes(share.bytes()),
                    format("%.1f %%", 100.0 * share.bytes() / sheet.weightBytes()));
        }
        return table;
    }

    private static TextTable tensors(WeightSheet sheet) {
        TextTable table = new TextTable("tensor", "type", "shape", ">bytes");
        for (WeightSheet.TensorRow tensor : sheet.tensors()) {
            String shape = String.valueOf(tensor.shape());
            table.row(clean(tensor.name()), tensor.type().name(), shape, Figures.bytes(tensor.bytes()));
        }
        return table;
    }

    private static TextTable memory(WeightSheet sheet) {
        TextTable table =
                new TextTable(">context", ">cache fp32", ">cache fp16", ">cache Q8_0", ">weights + fp16 cache");
        for (WeightSheet.MemoryPlan plan : sheet.memory()) {
            table.row(
                    format("%,d", plan.context()),
                    Figures.bytes(plan.cacheF32()),
                    Figures.bytes(plan.cacheF16()),
                    Figures.bytes(plan.cacheQ8()),
                    Figures.bytes(plan.totalF16()));
        }
        return table;
    }

    private static TextTable metadata(WeightSheet sheet) {
        TextTable table = new TextTable("metadata", "");
        sheet.metadata().forEach((key, value) -> table.row(clean(key), clean(String.valueOf(value))));
        return table;
    }

    /// A text of the file on one line, without what a terminal would obey.
    private static String clean(String text) {
        String line = text.replaceAll("[\\p{Cc}\\p{Cf}]+", " ");
        return line.length() <= LONGEST_VALUE ? line : line.substring(0, LONGEST_VALUE) + "...";
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
