package dev.herd.bench.reproduce.recd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.herd.bench.reproduce.lab.Claim;
import dev.herd.bench.reproduce.lab.Findings;
import dev.herd.bench.reproduce.lab.Lab;
import dev.herd.data.Progress;
import dev.herd.data.config.Config;
import dev.herd.data.dataset.Dataset;
import dev.herd.data.synthetic.SyntheticLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecdTest {
    @TempDir
    private Path folder;

    private Lab lab;
    private Findings.Notes notes;

    @BeforeEach
    void open() {
        lab = new Lab(folder.resolve("lab"), 2, new Lab.Scale(1, 1), Optional.of(folder), Progress.SILENT);
        notes = new Findings.Notes();
    }

    private Layouts layouts(List<String> overrides) {
        SyntheticLog.Config log = Config.parse("""
                rows: 6000
                traffic: {users: 300, items: 100, rows_per_session: 16.5, unchanged: 0.8, sessions_at_once: 400}
                features:
                  categories: [10]
                  tags: []
                  dense: 2
                  sequences:
                    - {ids: 1000, min_length: 5, max_length: 20, unchanged: 0.8, together: 2}
                    - {ids: 1000, min_length: 5, max_length: 20, unchanged: 0.95}
                validation: 0
                test: 0
                """, "test", overrides, SyntheticLog.Config.defaults());
        return Layouts.of(Dataset.open(lab.log(log)), lab);
    }

    private Map<String, Claim> claims() {
        return notes.findings().claims().stream().collect(Collectors.toMap(Claim::name, Function.identity()));
    }

    @Test
    void storageAndFactorsAreThoseOfTheRows() {
        Layouts layouts = layouts(List.of());
        Factors factors = Factors.measure(layouts, 2048, Progress.SILENT);
        factors.note(notes);
        Storage.measure(layouts, notes);
        assertThat(factors.groups().groups())
                .contains(List.of("sequence0_0", "sequence0_1"))
                .anyMatch(group -> group.contains("sequence1"));
        assertThat(claims().get("storage: interleaved over clustered with repeated lists once"))
                .returns(true, claim -> claim.measured() > 2 && claim.measured() < 20);
        // sessions longer than the mean weigh more than the formula says
        assertThat(claims().get("dedupe factor of lists: largest deviation from S / (1 + (S-1)(1-d))"))
                .returns(true, claim -> claim.measured() < 10);
        assertThat(claims().get("rows of a session in an interleaved batch")).returns(false, Claim::holds);
    }

    @Test
    void readersAndTrainersComeToTheSameWithFewerBytes() {
        Layouts layouts = layouts(List.of());
        Factors factors = Factors.measure(layouts, 2048, Progress.SILENT);
        Readers.measure(layouts, factors.groups(), lab, notes);
        Training.measure(layouts, factors.groups(), lab, notes);
        Findings.Table stored = notes.findings().tables().getFirst();
        double written = bytes(stored, 2);
        assertThat(bytes(stored, 0)).isEqualTo(written);
        assertThat(bytes(stored, 3)).isLessThan(written / 2);
        assertThat(claims().get("float64: relative difference of the loss")).returns(true, Claim::holds);
        assertThat(claims().get("float64: relative difference of the gradients"))
                .returns(true, Claim::holds);
        assertThat(claims().get("float32: relative difference of the first loss"))
                .returns(true, Claim::holds)
                .returns(true, claim -> claim.measured() >= 0);
        assertThat(claims().get("training, pooled lists (O5)")).returns(true, claim -> claim.measured() > 0);
    }

    private static double bytes(Findings.Table table, int row) {
        return Double.parseDouble(table.rows().get(row).getLast().replace(",", ""));
    }

    @Test
    void publicLogsAreReadWhereTheyAre() throws IOException {
        Files.createDirectories(folder.resolve("otto-sessions-sample"));
        StringBuilder sessions = new StringBuilder();
        for (int session = 0; session < 30; session++) {
            sessions.append("{\"session\":").append(session).append(",\"events\":[");
            for (int i = 0; i < 12; i++) {
                sessions.append(i == 0 ? "" : ",")
                        .append("{\"aid\":%d,\"ts\":%d,\"type\":\"%s\"}"
                                .formatted(100 + (session * 7 + i) % 50, 1659304800000L + i * 60_000, "clicks"));
            }
            sessions.append("]}\n");
        }
        Files.writeString(folder.resolve("otto-sessions-sample/train.jsonl"), sessions);
        PublicLogs.measure(lab, notes);
        Findings findings = notes.findings();
        assertThat(findings.conditions().get("MovieLens")).contains("skipped", "ratings.csv.gz", "--data");
        List<String> row = findings.tables().getFirst().rows().getFirst();
        assertThat(row).startsWith("OTTO sample", "360", "12.00", "12.00", "history");
        // every row of a session has one id more than the one before: none repeats, 66 ids are windows of 11
        assertThat(row.subList(5, 7)).containsExactly("1.00", "1.00");
        assertThat(Double.parseDouble(row.get(7))).isBetween(6.0, 7.0);
    }
}
