package dev.herd.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class LibTorchTest {
    /// What the child JVM of the test below runs.
    public static final class PrintThreads {
        public static void main(String[] arguments) {
            System.out.println("threads " + LibTorch.openBlasThreads());
        }
    }

    @Test
    void aJvmStartedWithoutTheEnvironmentVariableStillHasNoSpinningThreads() throws IOException {
        assumeTrue(Files.exists(Path.of("/proc/self/maps")), "skipped: mapped libraries are found through /proc");
        ProcessBuilder child = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--add-modules=jdk.incubator.vector",
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PrintThreads.class.getName())
                .redirectErrorStream(true);
        child.environment().keySet().removeIf(name -> name.endsWith("_NUM_THREADS"));
        Process process = child.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(output).contains("libopenblas_nolapack").containsPattern("threads \\{(\\S+=1(, )?)+\\}");
    }

    @Test
    void onlyTheFirstLineOfANativeErrorIsShown() {
        assertThat(LibTorch.firstLine(new RuntimeException("sizes differ\nException raised from add at /src/add.cpp")))
                .isEqualTo("sizes differ");
        assertThat(LibTorch.firstLine(new RuntimeException("sizes differ (Exception raised from add at /src/add.cpp)")))
                .isEqualTo("sizes differ");
    }

    @Test
    void threadsMustBePositive() {
        assertThatThrownBy(() -> LibTorch.threads(0)).hasMessage("threads must be positive, got 0");
    }
}
