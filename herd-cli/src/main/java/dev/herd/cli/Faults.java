package dev.herd.cli;

import dev.herd.cli.terminal.Console;
import dev.herd.data.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/// Turns failures into words and exit codes: what failed and what to do, never a stack trace unless `--verbose` asks
/// for it.
final class Faults implements IExecutionExceptionHandler, IParameterExceptionHandler {
    private final Console console;
    private final RootCommand root;

    Faults(Console console, RootCommand root) {
        this.console = console;
        this.root = root;
    }

    /// A fault as shown: the exit code and the lines after `herd: `.
    private record Verdict(int code, List<String> lines) {
        static Verdict of(int code, String... lines) {
            return new Verdict(code, List.of(lines));
        }
    }

    @Override
    public int handleParseException(ParameterException fault, String[] arguments) {
        CommandLine command = fault.getCommandLine();
        say(parseMessage(fault));
        suggestion(fault).ifPresent(names -> console.say("      Did you mean: " + names + "?"));
        console.say("      Try: " + command.getCommandSpec().qualifiedName() + " --help");
        return ExitCodes.BAD_INPUT;
    }

    private static String parseMessage(ParameterException fault) {
        if (fault instanceof UnmatchedArgumentException unmatched) {
            String argument = unmatched.getUnmatched().getFirst();
            boolean command = fault.getCommandLine().getParent() == null && !argument.startsWith("-");
            String kind = command ? "command" : argument.startsWith("-") ? "option" : "argument";
            return "unknown " + kind + " '" + argument + "'";
        }
        return String.valueOf(fault.getMessage());
    }

    private static java.util.Optional<String> suggestion(ParameterException fault) {
        if (!(fault instanceof UnmatchedArgumentException unmatched)) {
            return java.util.Optional.empty();
        }
        String names = unmatched.getSuggestions().stream().limit(3).collect(Collectors.joining(", "));
        return names.isEmpty() ? java.util.Optional.empty() : java.util.Optional.of(names);
    }

    @Override
    public int handleExecutionException(Exception fault, CommandLine command, ParseResult parsed) {
        return report(fault);
    }

    int report(Throwable fault) {
        Verdict verdict = judge(fault);
        say(verdict.lines().getFirst());
        verdict.lines().stream().skip(1).forEach(line -> console.say("      " + line));
        if (root.verbose()) {
            fault.printStackTrace(console.err());
        }
        return verdict.code();
    }

    private void say(String message) {
        console.say("herd: " + message);
    }

    private static Verdict judge(Throwable fault) {
        InputException input = find(InputException.class, fault);
        if (input != null) {
            return Verdict.of(ExitCodes.BAD_INPUT, String.valueOf(input.getMessage()));
        }
        LinkageError linkage = find(LinkageError.class, fault);
        if (linkage != null) {
            return Verdict.of(
                    ExitCodes.ENVIRONMENT,
                    "a library cannot be loaded: " + linkage.getMessage(),
                    "Run ./herd doctor to see which, and start Herd through ./herd.");
        }
        OutOfMemoryError memory = find(OutOfMemoryError.class, fault);
        if (memory != null) {
            return Verdict.of(
                    ExitCodes.ENVIRONMENT,
                    "out of memory (" + memory.getMessage() + ")",
                    "Give java more, for example HERD_JAVA_OPTIONS=-Xmx8g, or make batches or tables smaller.");
        }
        IOException io = find(IOException.class, fault);
        if (io != null) {
            return judgeFile(io);
        }
        return Verdict.of(
                ExitCodes.FAILED,
                "failed: " + fault,
                "That should not happen. --verbose shows where; please report it with the output of ./herd doctor.");
    }

    private static Verdict judgeFile(IOException fault) {
        String file = fault instanceof FileSystemException on && on.getFile() != null ? on.getFile() + ": " : "";
        return switch (fault) {
            case NoSuchFileException missing ->
                Verdict.of(ExitCodes.BAD_INPUT, file + "there is no such file or folder");
            case FileAlreadyExistsException taken ->
                Verdict.of(ExitCodes.BAD_INPUT, file + "exists already; choose another or remove it");
            case AccessDeniedException denied -> Verdict.of(ExitCodes.ENVIRONMENT, file + "access denied");
            default -> {
                String message = String.valueOf(fault.getMessage());
                yield message.contains("No space left")
                        ? Verdict.of(ExitCodes.ENVIRONMENT, file + "the disk is full", "Free some space and resume.")
                        : Verdict.of(ExitCodes.FAILED, "reading or writing failed: " + message);
            }
        };
    }

    /// The first cause of a type, however deeply wrapped.
    private static <T extends Throwable> @Nullable T find(Class<T> type, Throwable fault) {
        Throwable at = fault;
        for (int depth = 0; at != null && depth < 20; depth++) {
            if (type.isInstance(at)) {
                return type.cast(at);
            }
            at = at instanceof UncheckedIOException unchecked ? unchecked.getCause() : at.getCause();
        }
        return null;
    }
}
