package dev.herd.bench.numerics;

import dev.herd.bench.duel.Duel;
import dev.herd.bench.duel.Outcome;
import dev.herd.bench.duel.Rounds;
import dev.herd.data.Progress;
import dev.herd.numerics.format.NumberFormat;
import dev.herd.numerics.format.NumberFormats;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// Packed number formats on one thread: packing and unpacking against the definition and against copying as
/// many bytes, within a core's cache (`small`) and beyond all caches (`large`), bags and matrix-vector products
/// against fp32 beyond the caches.
public final class NumericsBenchmark {
    private static final List<String> FULL = List.of(
            "mx9",
            "mx6",
            "mx4",
            "msfp16",
            "msfp12",
            "mxfp8-e4m3",
            "mxfp8-e5m2",
            "mxfp6-e3m2",
            "mxfp6-e2m3",
            "mxfp4",
            "mxint8",
            "nvfp4",
            "vsq-int4-d4",
            "fp8-e4m3-row",
            "int8-row",
            "int4-row",
            "bf16",
            "fp16");
    private static final List<String> QUICK = List.of("mx9", "mx6", "mx4", "mxfp8-e4m3", "mxfp4", "int8-row");

    private final Rounds rounds;
    private final String only;
    private final Consumer<Outcome> results;

    private NumericsBenchmark(Rounds rounds, String only, Consumer<Outcome> results) {
        this.rounds = rounds;
        this.only = only;
        this.results = results;
    }

    /// Runs every case whose name holds `only`.
    public static void run(boolean quick, String only, Progress progress, Consumer<Outcome> results) {
        Rounds rounds = new Rounds(quick ? 5 : 9, Duration.ofMillis(quick ? 40 : 100), Duration.ofMillis(500));
        run(rounds, quick ? QUICK : FULL, PlainSide.LARGE, only, progress, results);
    }

    static void run(
            Rounds rounds,
            List<String> names,
            long numbers,
            String only,
            Progress progress,
            Consumer<Outcome> results) {
        NumericsBenchmark benchmark = new NumericsBenchmark(rounds, only, results);
        try (Progress.Task task = progress.start("numerics", names.size(), "formats");
                PlainSide plain = PlainSide.create(numbers)) {
            for (String name : names) {
                benchmark.run(name, NumberFormats.named(name).orElseThrow(), plain);
                task.advance(1);
            }
        }
    }

    private void run(String name, NumberFormat format, PlainSide plain) {
        List<String> cases = List.of(
                "encode/" + name + "/scalar",
                "decode/" + name + "/scalar",
                "encode/" + name + "/copy/small",
                "decode/" + name + "/copy/small",
                "encode/" + name + "/copy/large",
                "decode/" + name + "/copy/large",
                "bag/" + name + "/d64/p20/large",
                "matvec/" + name + "/large");
        if (cases.stream().noneMatch(one -> one.contains(only))) {
            return;
        }
        try (PackedSide packed = PackedSide.create(format, plain)) {
            double few = PackedSide.FEW;
            duel(cases.get(0), "numbers/s", few, packed::encodeFew, packed::encodeFewByDefinition);
            duel(cases.get(1), "numbers/s", few, packed::decodeFew, packed::decodeFewByDefinition);
            double little = packed.bytesMoved(PackedSide.FEW);
            duel(cases.get(2), "bytes/s", little, packed::encodeFew, () -> packed.copy(little));
            duel(cases.get(3), "bytes/s", little, packed::decodeFew, () -> packed.copy(little));
            double moved = packed.bytesMoved(plain.numbers());
            duel(cases.get(4), "bytes/s", moved, packed::encodeAll, () -> packed.copy(moved));
            duel(cases.get(5), "bytes/s", moved, packed::decodeAll, () -> packed.copy(moved));
            duel(cases.get(6), "ids/s", PlainSide.IDS, packed::pool, plain::pool);
            duel(cases.get(7), "numbers/s", plain.numbers(), packed::multiply, plain::multiply);
        }
    }

    private void duel(String name, String unit, double units, Duel.Side herd, Duel.Side other) {
        if (name.contains(only)) {
            results.accept(new Duel(name, 1, unit, units, herd, other).fight(rounds));
        }
    }
}
