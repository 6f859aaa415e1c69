package dev.herd.bench.reproduce.lab;

import dev.herd.train.report.Page;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/// What an experiment found.
///
/// @param claims the paper's figures beside ours
/// @param conditions under which ours were measured, by name
/// @param tables every single measurement
/// @param plots the measurements as lines
public record Findings(
        List<Claim> claims, SequencedMap<String, String> conditions, List<Table> tables, List<Plot> plots) {
    public Findings {
        claims = List.copyOf(claims);
        conditions = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(conditions));
        tables = List.copyOf(tables);
        plots = List.copyOf(plots);
    }

    /// Rows of cells; titles that start with `>` head numbers.
    public record Table(String caption, List<String> titles, List<List<String>> rows) {
        public Table {
            titles = List.copyOf(titles);
            rows = List.copyOf(rows);
        }
    }

    /// Lines of one quantity over another, on a logarithmic x axis.
    ///
    /// @param file name of its file beside the page, without ending
    public record Plot(String file, String title, String xLabel, String yLabel, List<Page.Line> lines) {
        public Plot {
            lines = List.copyOf(lines);
        }
    }

    /// Collects findings on the way.
    public static final class Notes {
        private final List<Claim> claims = new ArrayList<>();
        private final SequencedMap<String, String> conditions = new LinkedHashMap<>();
        private final List<Table> tables = new ArrayList<>();
        private final List<Plot> plots = new ArrayList<>();

        public void claim(Claim claim) {
            claims.add(claim);
        }

        public void condition(String name, Object value) {
            conditions.put(name, String.valueOf(value));
        }

        /// Notes a recipe on one line.
        public void recipe(String name, String yaml) {
            condition(name, yaml.strip().replaceAll("\\s*\n\\s*", "; "));
        }

        public void table(Table table) {
            tables.add(table);
        }

        public void plot(Plot plot) {
            plots.add(plot);
        }

        public Findings findings() {
            return new Findings(claims, conditions, tables, plots);
        }
    }
}
