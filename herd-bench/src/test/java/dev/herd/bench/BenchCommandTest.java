package dev.herd.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.herd.bench.duel.Outcome;
import dev.herd.bench.duel.Rounds;
import dev.herd.bench.torch.TorchThreads;
import dev.herd.cli.CommandPlugin;
import dev.herd.cli.terminal.Console;
import dev.herd.cli.terminal.LineDisplay;
import dev.herd.data.Progress;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

class BenchCommandTest {
    private static final String LINE =
            "\\{\"case\":\"lookup/zipf/d64/p1/small\",\"threads\":[12],\"ratio\":\\d+\\.\\d{4},"
                    + "\"ratio_min\":\\d+\\.\\d{4},\"ratio_max\":\\d+\\.\\d{4},\"unit\":\"ids/s\"\\}";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void theCommandLineFindsTheCommand() {
        assertThat(ServiceLoader.load(CommandPlugin.class))
                .anySatisfy(plugin -> assertThat(plugin).isInstanceOf(BenchPlugin.class));
    }

    @Test
    void jsonIsOneObjectALineAndNothingElse() {
        int code = run("embedding", "--quick", "--json", "--only", "lookup/zipf/d64/p1/small");

        assertThat(code).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8).lines())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).matches(LINE));
    }

    @Test
    void everyCaseOfDeduplicationNamesItsFactor() {
        List<Outcome> outcomes = new ArrayList<>();
        Rounds brief = new Rounds(1, Duration.ofMillis(1), Duration.ofMillis(1));
        DedupeBenchmark.run(
                brief, new DedupeBenchmark.Shape(500, 100, 256), "l20/d0.80", Progress.SILENT, outcomes::add);
        assertThat(outcomes)
                .hasSize(8 + 12)
                .allSatisfy(outcome -> assertThat(outcome.name())
                        .matches("(lookup|train)/l20/d0\\.80/"
                                + "(factor[345]\\.\\d\\d/(interleaved|clustered)"
                                + "|slide/factor1[1-7]\\.\\d\\d/(interleaved|clustered|once))"));
    }

    @Test
    void withoutABenchmarkItListsThem() {
        assertThat(run()).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("which benchmark?", "embedding", "step");
    }

    @ParameterizedTest
    @EnumSource
    void bothSidesTrainTheSameTables(IdDistribution distribution) {
        try (BagSides sides = BagSides.create(new BagShape(distribution, 16, 20, false), 1)) {
            assertThatCode(sides::verify).doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DLRM_D16", "WUKONG_L4", "DHEN_L3"})
    void bothSidesTrainTheSameNet(StepCase step) {
        try (StepSides sides = StepSides.create(step, 1)) {
            assertThatCode(sides::verify).doesNotThrowAnyException();
        }
    }

    @Test
    void libtorchGetsTheFasterOfTwoSettingsOfThreads() {
        try (StepSides sides = StepSides.create(StepCase.DLRM_D16, 2)) {
            assertThat(sides.chooseTorchThreads(2)).isIn(TorchThreads.choices(2));
        }
        assertThat(TorchThreads.choices(1)).containsExactly(TorchThreads.ONE);
    }

    private int run(String... arguments) {
        PrintStream results = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream messages = new PrintStream(err, true, StandardCharsets.UTF_8);
        Console console = new Console(results, messages, new LineDisplay(messages));
        CommandLine line = new CommandLine(new BenchPlugin().command(console));
        line.setErr(new java.io.PrintWriter(messages, true));
        return line.execute(arguments);
    }
}
