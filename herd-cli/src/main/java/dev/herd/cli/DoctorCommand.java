package dev.herd.cli;

import dev.herd.cli.doctor.Checkup;
import dev.herd.cli.doctor.Finding;
import dev.herd.cli.doctor.Finding.Status;
import dev.herd.cli.terminal.Console;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "doctor",
        description = "Checks the machine: JDK, cores, memory, disk, huge pages, native libraries; says what to do.",
        optionListHeading = "%nOptions:%n",
        footerHeading = "%nExample:%n",
        footer = "  ./herd doctor")
final class DoctorCommand implements Callable<Integer> {
    private final Console console;

    @Option(names = "--json", description = "Print the findings as one JSON object.")
    private boolean json;

    DoctorCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        List<Finding> findings = Checkup.run(System.getenv(), finding -> {
            if (!json) {
                print(finding);
            }
        });
        long failed = count(findings, Status.FAIL);
        long warned = count(findings, Status.WARN);
        if (json) {
            console.printJson(Map.of("ok", failed == 0, "findings", findings));
        } else {
            console.say(failed + warned == 0 ? "All is well." : failed + " failed, " + warned + " could be better.");
        }
        return failed == 0 ? ExitCodes.DONE : ExitCodes.ENVIRONMENT;
    }

    private void print(Finding finding) {
        String status = finding.status().name().toLowerCase(Locale.ROOT);
        console.print(String.format(Locale.ROOT, "%-5s %-21s %s", status, finding.check(), finding.found()));
        if (!finding.remedy().isEmpty()) {
            console.print(" ".repeat(28) + "-> " + finding.remedy());
        }
    }

    private static long count(List<Finding> findings, Status status) {
        return findings.stream().filter(finding -> finding.status() == status).count();
    }
}
