package dev.herd.bench.reproduce.bdr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.herd.bench.reproduce.lab.Claim;
import dev.herd.bench.reproduce.lab.DefaultLog;
import dev.herd.bench.reproduce.lab.Findings;
import dev.herd.bench.reproduce.lab.Lab;
import dev.herd.data.Progress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingTest {
    private static final Family SMALL = new Family(
            "Wukong",
            DefaultLog.RECIPE,
            "{name: wukong, embedding_dim: 4, bottom: {hidden: [4]}, layers: 1, fm_embeddings: [2], lcb_embeddings: [2],"
                    + " projection: {kind: static, rank: 2}, mlp: {hidden: [8]}, head: {hidden: [8]}}",
            true);

    @Test
    void aRehearsalTrainsCastsAndTimesEveryFormat(@TempDir Path folder) {
        Lab lab = new Lab(folder, 2, Lab.Scale.QUICK, Progress.SILENT);
        Findings.Notes notes = new Findings.Notes();
        new Training(lab, notes, List.of(SMALL)).measure();
        Findings findings = notes.findings();
        assertThat(findings.claims())
                .extracting(Claim::name)
                .containsExactly(
                        "Wukong trained in MX9, change of NE",
                        "Wukong trained in MX6, change of NE",
                        "Wukong cast to MX9, change of NE",
                        "Wukong cast to MX6 and tuned, change of NE",
                        "Wukong tuned in MX6, share of the cast's loss that comes back",
                        "Wukong tuned in MX4, share of the cast's loss that comes back",
                        "Wukong tuned in MX4 weights, MX6 else, share of the cast's loss that comes back",
                        "Wukong: the dearest step over FP32's");
        assertThat(findings.claims())
                .filteredOn(claim -> !claim.name().contains("tuned"))
                .allSatisfy(claim -> assertThat(claim.measured()).isPositive().isLessThan(100));
        assertThat(findings.tables().get(0).rows())
                .hasSize(2 + Arm.ROUNDED.size())
                .anySatisfy(row -> assertThat(row).contains("FP32, sums in another order"));
        assertThat(findings.tables().get(1).rows())
                .extracting(row -> row.get(1))
                .containsExactly("BF16", "MX9", "MX6", "MX4", "MX4 weights, MX6 else");
        assertThat(findings.tables().get(2).caption()).isEqualTo("Trained in FP32, tuned in a format for 6 steps");
        assertThat(findings.tables().get(2).rows())
                .extracting(row -> row.get(1))
                .containsExactly("FP32", "MX6", "MX4", "MX4 weights, MX6 else");
        assertThat(findings.tables().get(3).rows()).hasSize(Arm.ROUNDED.size());
        assertThat(findings.conditions().get("rounded")).contains("MX6 (floor, half-even)");
        assertThat(findings.conditions()).containsKey("MovieLens");
    }

    @Test
    void aChangeIsAMeanWithTheSpreadOfItsSeeds() {
        assertThat(Change.of(1, 2, 3)).isEqualTo(new Change(2, 1));
        assertThat(Change.of(-0.5).mean()).isEqualTo(-0.5);
        assertThat(Change.of(-0.5).spread()).isNaN();
        assertThat(Change.of(0.1, 0.3).text()).isEqualTo("+0.2000");
        assertThat(Change.of(0.1, 0.3).spread()).isCloseTo(0.1414, within(1e-4));
    }
}
