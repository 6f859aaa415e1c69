package dev.herd.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.herd.data.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class MainTest {
    @Test
    void helpGoesToStandardOutputAndNamesEveryCommand() {
        CommandRun run = CommandRun.of("--help");
        assertThat(run.code()).isEqualTo(ExitCodes.DONE);
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("doctor").contains("completion");
    }

    @Test
    void everyCommandDescribesItselfAndEndsItsHelpWithAnExampleOfItself() {
        CommandLine herd = CommandRun.commandLine();
        assertThat(herd.getSubcommands()).isNotEmpty();
        everyCommand(herd).forEach(command -> {
            String name = command.getCommandSpec().qualifiedName().substring("herd ".length());
            CommandRun run = CommandRun.of((name + " --help").split(" "));
            assertThat(run.code()).as(name).isEqualTo(ExitCodes.DONE);
            assertThat(run.out()).as(name).contains("Example:");
            String example = run.out().substring(run.out().indexOf("Example:"));
            assertThat(example).as(name).contains("  ./herd " + name);
            assertThat(command.getCommandSpec().usageMessage().description())
                    .as(name)
                    .isNotEmpty();
        });
    }

    private static Stream<CommandLine> everyCommand(CommandLine of) {
        return of.getSubcommands().values().stream()
                .flatMap(command -> Stream.concat(Stream.of(command), everyCommand(command)));
    }

    @Test
    void everyExampleInAHelpTextParsesAndStandsOnOneLine() {
        CommandLine herd = CommandRun.commandLine();
        everyCommand(herd).forEach(command -> {
            for (String line : command.getCommandSpec().usageMessage().footer()) {
                assertThat(line).hasSizeLessThan(command.getUsageHelpWidth());
                if (line.strip().startsWith("./herd ")) {
                    CommandRun.commandLine().parseArgs(words(line.strip().substring("./herd ".length())));
                }
            }
        });
    }

    /// The words of a command as a shell sees them, up to a redirection; text in double quotes is one word.
    private static String[] words(String command) {
        return Pattern.compile("\"([^\"]*)\"|(\\S+)")
                .matcher(command.replaceAll(" [<>] .*", ""))
                .results()
                .map(word -> word.group(1) == null ? word.group() : word.group(1))
                .toArray(String[]::new);
    }

    @Test
    void aMistypedCommandIsAUsageErrorThatNamesTheNearestOne() {
        CommandRun run = CommandRun.of("doctr");
        assertThat(run.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
                .contains("herd: unknown command 'doctr'")
                .contains("Did you mean: doctor")
                .contains("Try: herd --help");
    }

    @Test
    void aMistypedOptionIsAUsageErrorThatNamesTheNearestOne() {
        CommandRun run = CommandRun.of("doctor", "--jsn");
        assertThat(run.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(run.err())
                .contains("herd: unknown option '--jsn'")
                .contains("Did you mean: --json")
                .contains("Try: herd doctor --help");
    }

    @Test
    void noCommandIsAUsageErrorThatListsThem() {
        CommandRun run = CommandRun.of();
        assertThat(run.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(run.err()).contains("which command?").contains("doctor");
    }

    @Test
    void theCompletionScriptCompletesCommandsAndOptions() {
        CommandRun run = CommandRun.of("completion");
        assertThat(run.code()).isEqualTo(ExitCodes.DONE);
        assertThat(run.out())
                .contains("complete -F _complete_herd")
                .contains("doctor")
                .contains("--json");
    }

    @Test
    void badInputIsCodeTwoWithItsMessageAndNoStackTrace() {
        CommandRun run = failing(new IllegalStateException(new InputException("train.yaml:3:1: unknown key 'lr'")));
        assertThat(run.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(run.err()).isEqualTo("herd: train.yaml:3:1: unknown key 'lr'\n");
    }

    @Test
    void verboseShowsTheStackTraceBesideTheMessage() {
        CommandRun run = failing(new InputException("bad row"), "--verbose");
        assertThat(run.err()).startsWith("herd: bad row\n").contains("at dev.herd.cli.MainTest");
    }

    @Test
    void aMissingFileIsBadInputAndAFullDiskIsTheEnvironment() {
        CommandRun missing = failing(new UncheckedIOException(new NoSuchFileException("/no/such")));
        assertThat(missing.code()).isEqualTo(ExitCodes.BAD_INPUT);
        assertThat(missing.err()).isEqualTo("herd: /no/such: there is no such file or folder\n");
        CommandRun full =
                failing(new UncheckedIOException(new FileSystemException("/d/x", null, "No space left on device")));
        assertThat(full.code()).isEqualTo(ExitCodes.ENVIRONMENT);
        assertThat(full.err()).contains("/d/x: the disk is full");
        CommandRun other = failing(new UncheckedIOException(new IOException("broken pipe")));
        assertThat(other.code()).isEqualTo(ExitCodes.FAILED);
    }

    @Test
    void aLibraryThatCannotBeLoadedIsTheEnvironmentAndPointsToTheDoctor() {
        CommandRun run = failing(new UnsatisfiedLinkError("no jnitorch in java.library.path"));
        assertThat(run.code()).isEqualTo(ExitCodes.ENVIRONMENT);
        assertThat(run.err()).contains("no jnitorch").contains("herd doctor");
    }

    @Test
    void outOfMemoryNamesTheOptionToChange() {
        CommandRun run = failing(new OutOfMemoryError("Java heap space"));
        assertThat(run.code()).isEqualTo(ExitCodes.ENVIRONMENT);
        assertThat(run.err()).contains("Java heap space").contains("HERD_JAVA_OPTIONS");
    }

    @Test
    void anythingElseIsAFailureThatAsksToBeReported() {
        CommandRun run = failing(new IllegalStateException("odd"));
        assertThat(run.code()).isEqualTo(ExitCodes.FAILED);
        assertThat(run.err()).contains("odd").contains("--verbose").doesNotContain("\tat ");
    }

    private static CommandRun failing(Throwable fault, String... options) {
        String[] arguments =
                Stream.concat(Stream.of("failing"), Stream.of(options)).toArray(String[]::new);
        return CommandRun.of(List.of(console -> new Failing(fault)), arguments);
    }

    @Command(name = "failing", description = "Fails.")
    private record Failing(Throwable fault) implements Callable<Integer> {
        @Override
        public Integer call() throws Exception {
            if (fault instanceof Error error) {
                throw error;
            }
            throw (Exception) fault;
        }
    }
}
