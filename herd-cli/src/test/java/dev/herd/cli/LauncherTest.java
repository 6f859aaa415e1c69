package dev.herd.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The real `./herd` script as a process, in a checkout whose `mvnw` is a stand-in that gathers the jars
/// that `Main` needs instead of compiling for a minute.
class LauncherTest {
    private static final String GATHER = "mkdir -p target/dist/lib; cp '%s'/*.jar target/dist/lib/";

    @TempDir
    private static Path jars;

    @TempDir
    private Path temporary;

    private Path checkout;

    private record Run(int code, String out, String err, Path errFile) {}

    @BeforeAll
    static void gatherJars() throws IOException {
        int number = 0;
        for (String entry : System.getProperty("java.class.path").split(":")) {
            Path path = Path.of(entry);
            if (Files.isDirectory(path) && !path.endsWith("test-classes")) {
                jar(path, jars.resolve("herd-part" + number++ + ".jar"));
            } else if (path.getFileName().toString().matches("(herd-|picocli|jackson|jspecify).*")) {
                Files.copy(path, jars.resolve(path.getFileName()));
            }
        }
    }

    @BeforeEach
    void makeCheckout() throws IOException {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "skipped: the launcher is a POSIX shell script");
        checkout = temporary.resolve("a check out");
        Path repository = Repository.root();
        for (String file : List.of("herd", "bin/find-jdk", "bin/herd-jvm-options", "pom.xml")) {
            copy(repository.resolve(file), checkout.resolve(file));
        }
        Files.createDirectories(checkout.resolve("herd-cli/src/main"));
        Files.writeString(checkout.resolve("herd-cli/src/main/Some.java"), "");
        script(GATHER.formatted(jars));
    }

    private void script(String body) throws IOException {
        Path mvnw = checkout.resolve("mvnw");
        Files.writeString(
                mvnw,
                "#!/bin/sh\nset -e\ncd \"$(dirname \"$0\")\"\necho built >> builds.log\n"
                        + "echo '[INFO] Building herd-cli 0.1 [1/1]'\n" + body + "\n");
        assertThat(mvnw.toFile().setExecutable(true)).isTrue();
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to.getParent());
        Files.copy(from, to, StandardCopyOption.COPY_ATTRIBUTES);
    }

    private static void jar(Path folder, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file);
                Stream<Path> walk = Files.walk(folder)) {
            for (Path path : walk.filter(Files::isRegularFile).toList()) {
                out.putNextEntry(new JarEntry(folder.relativize(path).toString()));
                Files.copy(path, out);
            }
        }
    }

    private Run herd(String... arguments) throws IOException, InterruptedException {
        return start(temporary, checkout.resolve("herd"), Map.of(), arguments);
    }

    private Run start(Path folder, Path program, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        Path out = Files.createTempFile(temporary, "out", "");
        Path err = Files.createTempFile(temporary, "err", "");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().put("HERD_JAVA_OPTIONS", "-Xmx128m");
        builder.environment().putAll(environment);
        int code = builder.start().waitFor();
        return new Run(code, Files.readString(out), Files.readString(err), err);
    }

    private long builds() throws IOException {
        return Files.readAllLines(checkout.resolve("builds.log")).size();
    }

    @Test
    void theFirstStartBuildsAndSaysSoAndTheSecondIsSilent() throws Exception {
        Run first = herd("--version");
        assertThat(first.err())
                .contains("not built yet")
                .contains("about a minute")
                .contains("1 of 1: herd-cli");
        assertThat(first.code()).as(first.err()).isZero();
        assertThat(first.out()).startsWith("herd ").contains("on Java ");
        Run second = herd("--version");
        assertThat(second.err()).isEmpty();
        assertThat(second.out()).isEqualTo(first.out());
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void argumentsExitCodesAndBothStreamsArePassedThroughFromAnyFolderAndThroughASymbolicLink() throws Exception {
        herd("--version");
        Path link = Files.createSymbolicLink(temporary.resolve("my herd"), checkout.resolve("herd"));
        Run run = start(Path.of("/"), link, Map.of(), "no such command");
        assertThat(run.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("herd: unknown command 'no such command'");
    }

    @Test
    void anOlderJavaInJavaHomeAndOnThePathIsPassedOver() throws Exception {
        Path old = temporary.resolve("jdk-17");
        Files.createDirectories(old.resolve("bin"));
        Files.writeString(old.resolve("release"), "JAVA_VERSION=\"17.0.1\"\n");
        Path java = old.resolve("bin/java");
        Files.writeString(java, "#!/bin/sh\necho too old >&2; exit 1\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        String path = old.resolve("bin") + ":" + System.getenv("PATH");
        String home = System.getProperty("java.home");
        assumeTrue(home.startsWith("/usr/lib/jvm") || home.startsWith("/opt"), "skipped: JDK 25 is in no usual folder");
        Run run = start(
                temporary, checkout.resolve("herd"), Map.of("JAVA_HOME", old.toString(), "PATH", path), "--version");
        assertThat(run.code()).as(run.err()).isZero();
    }

    @Test
    void aMovedCheckoutRunsWithoutBuildingAgain() throws Exception {
        herd("--version");
        Path moved = temporary.resolve("moved");
        Files.move(checkout, moved);
        checkout = moved;
        Run run = herd("--version");
        assertThat(run.code()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(builds()).isEqualTo(1);
    }

    @Test
    void aChangedSourceIsBuiltAgainAndTheOldBuildStaysForJobsThatRunOnIt() throws Exception {
        herd("--version");
        Path before = checkout.resolve("target/dist/current").toRealPath();
        Files.writeString(checkout.resolve("herd-cli/src/main/Other.java"), "");
        Run run = herd("--version");
        assertThat(run.err()).contains("sources have changed");
        assertThat(run.code()).isZero();
        assertThat(checkout.resolve("target/dist/current").toRealPath()).isNotEqualTo(before);
        assertThat(before).isDirectoryContaining("glob:**.jar");
        assertThat(herd("--version").err()).isEmpty();
    }

    @Test
    void twoFirstStartsAtOnceBuildOnce() throws Exception {
        script("sleep 1; " + GATHER.formatted(jars));
        List<CompletableFuture<Run>> both = Stream.of(1, 2)
                .map(each -> CompletableFuture.supplyAsync(() -> {
                    try {
                        return herd("--version");
                    } catch (IOException | InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .toList();
        for (CompletableFuture<Run> each : both) {
            assertThat(each.get().code()).as(each.get().err()).isZero();
        }
        assertThat(builds()).isEqualTo(1);
        assertThat(Files.exists(checkout.resolve("target/herd.lock"), java.nio.file.LinkOption.NOFOLLOW_LINKS))
                .isFalse();
    }

    @Test
    void aLockLeftByAKilledBuildIsTakenOver() throws Exception {
        Files.createDirectories(checkout.resolve("target"));
        Process gone = new ProcessBuilder("true").start();
        gone.waitFor();
        Files.createSymbolicLink(checkout.resolve("target/herd.lock"), Path.of(String.valueOf(gone.pid())));
        assertThat(herd("--version").code()).isZero();
    }

    @Test
    void aFailedBuildIsTheEnvironmentAndShowsTheErrors() throws Exception {
        script("echo '[ERROR] no network'; exit 1");
        Run run = herd("--version");
        assertThat(run.code()).isEqualTo(ExitCodes.ENVIRONMENT);
        assertThat(run.err()).contains("[ERROR] no network").contains("target/build.log");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void aReadOnlyCheckoutThatIsBuiltRuns() throws Exception {
        assumeTrue(!"root".equals(System.getProperty("user.name")), "skipped: nothing is read-only for root");
        herd("--version");
        try {
            assertThat(checkout.resolve("target").toFile().setWritable(false)).isTrue();
            assertThat(herd("--version").err()).isEmpty();
            Files.writeString(checkout.resolve("herd-cli/src/main/Other.java"), "");
            Run changed = herd("--version");
            assertThat(changed.code()).isZero();
            assertThat(changed.err()).contains("not writable");
        } finally {
            assertThat(checkout.resolve("target").toFile().setWritable(true)).isTrue();
        }
    }

    @Test
    void classesOfTheUserJoinTheClassPath() throws Exception {
        Path services = temporary.resolve("mine/META-INF/services");
        Files.createDirectories(services);
        Files.writeString(services.resolve("dev.herd.models.ModelFactory"), "com.example.Forgotten\n");
        String mine = temporary.resolve("mine").toString();
        Run run = start(temporary, checkout.resolve("herd"), Map.of("HERD_CLASSPATH", mine), "models");
        assertThat(run.code()).as(run.err()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(run.err())
                .contains("a model on the class path cannot be loaded")
                .contains("com.example.Forgotten not found")
                .contains("META-INF/services/dev.herd.models.ModelFactory");
    }

    @Test
    void whatJavaItselfSaysOfABadStartStillReachesTheUser() throws Exception {
        herd("--version");
        Run run = start(temporary, checkout.resolve("herd"), Map.of("HERD_JAVA_OPTIONS", "-Xno"), "--version");
        assertThat(run.code()).isNotZero();
        // The filter that drops java's warning may outlive java by a moment.
        for (int tries = 0; tries < 100 && !Files.readString(run.errFile()).contains("-Xno"); tries++) {
            Thread.sleep(100);
        }
        assertThat(Files.readString(run.errFile())).contains("-Xno");
    }
}
