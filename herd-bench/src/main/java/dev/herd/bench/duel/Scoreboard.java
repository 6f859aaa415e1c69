package dev.herd.bench.duel;

import java.io.PrintStream;
import java.util.Locale;

/// Prints outcomes as they come: lines of JSON for machines, or a table with the rates of both sides for
/// people.
public final class Scoreboard {
    private static final String ROW = "%-34s %7s %9s %19s %14s %14s  %s%n";

    private final PrintStream out;
    private final boolean json;
    private boolean headed;

    private Scoreboard(PrintStream out, boolean json) {
        this.out = out;
        this.json = json;
    }

    public static Scoreboard create(PrintStream out, boolean json) {
        return new Scoreboard(out, json);
    }

    public void add(Outcome outcome) {
        if (json) {
            out.println(outcome.json());
        } else {
            head();
            out.printf(
                    Locale.ROOT,
                    ROW,
                    outcome.name(),
                    outcome.threads(),
                    String.format(Locale.ROOT, "%.2fx", outcome.ratio()),
                    String.format(Locale.ROOT, "%.2f .. %.2f", outcome.ratioMin(), outcome.ratioMax()),
                    rate(outcome.herdRate()),
                    rate(outcome.otherRate()),
                    outcome.unit());
        }
        out.flush();
    }

    /// Where the time of the case above goes.
    public void add(Breakdown breakdown) {
        out.println(json ? breakdown.json() : breakdown.text());
        out.flush();
    }

    private void head() {
        if (!headed) {
            out.printf(Locale.ROOT, ROW, "case", "threads", "ratio", "min .. max", "herd", "other", "unit");
            headed = true;
        }
    }

    private static String rate(double rate) {
        return rate >= 1e6
                ? String.format(Locale.ROOT, "%.2f M", rate / 1e6)
                : String.format(Locale.ROOT, "%,.1f", rate);
    }
}
