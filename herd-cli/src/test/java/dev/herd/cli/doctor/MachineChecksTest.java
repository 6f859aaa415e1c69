package dev.herd.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.herd.cli.doctor.Finding.Status;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineChecksTest {
    @Test
    void hugePagesThatAreSwitchedOffAreAWarningWithTheCommandThatSwitchesThemOn() {
        assertThat(MachineChecks.hugePages("always [madvise] never").status()).isEqualTo(Status.OK);
        Finding off = MachineChecks.hugePages("always madvise [never]");
        assertThat(off.status()).isEqualTo(Status.WARN);
        assertThat(off.remedy()).contains("echo madvise | sudo tee /sys/kernel/mm/transparent_hugepage/enabled");
    }

    @Test
    void blasThreadsOtherThanOneAreAWarning() {
        assertThat(MachineChecks.blasThreads("1", null).status()).isEqualTo(Status.OK);
        assertThat(MachineChecks.blasThreads(null, "1").status()).isEqualTo(Status.OK);
        assertThat(MachineChecks.blasThreads(null, null).status()).isEqualTo(Status.WARN);
        assertThat(MachineChecks.blasThreads("8", "1").remedy()).contains("OPENBLAS_NUM_THREADS=1");
    }

    @Test
    void aDiskWithTooLittleSpaceIsAWarningAndAFolderThatIsNotThereYetIsJudgedByItsParent(@TempDir Path folder) {
        Path later = folder.resolve("a/b");
        assertThat(MachineChecks.disk("disk", later, 0, "runs").status()).isEqualTo(Status.OK);
        Finding full = MachineChecks.disk("disk", later, 1e12, "runs");
        assertThat(full.status()).isEqualTo(Status.WARN);
        assertThat(full.found()).contains(later.toString());
    }

    @Test
    void theWholeCheckupFindsEveryNativeLibraryWorking() {
        List<Finding> findings = Checkup.run(Map.of("OPENBLAS_NUM_THREADS", "1"), finding -> {});
        assertThat(findings).extracting(Finding::check).contains("jdk", "cores", "memory", "disk", "huge pages");
        assertThat(findings)
                .filteredOn(finding ->
                        List.of("vector API", "libtorch", "DuckDB", "zstd").contains(finding.check()))
                .hasSize(4)
                .allSatisfy(finding ->
                        assertThat(finding.status()).as(finding.toString()).isEqualTo(Status.OK));
    }
}
