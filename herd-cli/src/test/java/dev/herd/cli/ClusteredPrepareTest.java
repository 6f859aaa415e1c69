package dev.herd.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClusteredPrepareTest {
    @TempDir
    Path temporary;

    private CommandRun prepare(String... options) throws IOException {
        StringBuilder rows = new StringBuilder("s,t,y,v\n");
        for (int i = 0; i < 1000; i++) {
            rows.append(i % 50)
                    .append(',')
                    .append(i)
                    .append(",1,x")
                    .append(i % 7)
                    .append('\n');
        }
        Path csv = Files.writeString(temporary.resolve("rows.csv"), rows);
        Path yaml = Files.writeString(
                temporary.resolve("prepare.yaml"),
                "inputs: {train: {path: " + csv + "}}\nfeatures: {labels: [{name: y}], sparse: [{name: v}], session: s,"
                        + " timestamp: {source: t}}\n");
        String[] arguments = new String[options.length + 4];
        arguments[0] = "prepare";
        arguments[1] = yaml.toString();
        arguments[2] = "--out";
        arguments[3] = temporary.resolve("set").toString();
        System.arraycopy(options, 0, arguments, 4, options.length);
        return CommandRun.of(arguments);
    }

    @Test
    void aClusteredSampleIsPreparedAndInspected() throws IOException {
        CommandRun run = prepare("--cluster-by", "session", "--sample-sessions", "50%", "--memory", "256MiB");
        assertThat(run.code()).as(run.err()).isEqualTo(ExitCodes.DONE);
        assertThat(run.err()).contains("rows belong to sessions outside the sample");
        CommandRun shown = CommandRun.of("inspect", temporary.resolve("set").toString());
        assertThat(shown.code()).as(shown.err()).isEqualTo(ExitCodes.DONE);
        assertThat(shown.out())
                .containsPattern("in a batch +order")
                .containsPattern("train .* 20\\.0 +20 +20\\.00 +by session");
    }

    @Test
    void wrongAmountsAreExplained() throws IOException {
        CommandRun share = prepare("--sample-sessions", "110%");
        assertThat(share.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(share.err())
                .contains("--sample-sessions takes a share above 0 and up to 1, such as 10% or 0.1, found '110%'");
        CommandRun memory = prepare("--memory", "plenty");
        assertThat(memory.err()).contains("--memory takes a size such as 512MiB or 2GiB, found 'plenty'");
        CommandRun little = prepare("--memory", "1MiB");
        assertThat(little.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(little.err()).contains("memory must be at least 64 MiB, got 1048576 bytes");
        CommandRun temp = prepare(
                "--cluster-by",
                "session",
                "--temp",
                temporary.resolve("nowhere").toString());
        assertThat(temp.err()).contains("nowhere: no such folder for temporary files; name an existing one");
    }

    @Test
    void theHeapIsComparedWithTheMemoryWhereverClusteringIsAskedFor() throws IOException {
        String warning = "to keep the whole process within --memory, start with HERD_JAVA_OPTIONS=-Xmx32m";
        for (String[] asked : new String[][] {{"--cluster-by", "session"}, {"--set", "cluster_by=session"}}) {
            assertThat(prepare(asked[0], asked[1], "--memory", "64MiB", "--temp", "nowhere")
                            .err())
                    .as(asked[1])
                    .contains(warning);
        }
        assertThat(prepare("--memory", "64MiB").err()).doesNotContain(warning);
    }

    @Test
    void amountsAreReadWithTheirUnits() {
        assertThat(Quantities.bytes("--memory", "2GiB")).isEqualTo(2L << 30);
        assertThat(Quantities.bytes("--memory", "1.5g")).isEqualTo(3L << 29);
        assertThat(Quantities.bytes("--memory", "64 MB")).isEqualTo(64L << 20);
        assertThat(Quantities.bytes("--memory", "4096")).isEqualTo(4096);
        assertThat(Quantities.share("--x", "2.5%")).isEqualTo(0.025);
        assertThat(Quantities.share("--x", "1")).isEqualTo(1);
        assertThatThrownBy(() -> Quantities.share("--x", "0")).isInstanceOf(InputException.class);
    }
}
