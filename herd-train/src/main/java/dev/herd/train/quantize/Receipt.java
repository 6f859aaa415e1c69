package dev.herd.train.quantize;

import java.util.List;

/// What tables in fewer bits save and cost, measured on rows that the model was not trained on.
///
/// **Units**: entropies are normalized entropies, the mean over the tasks; changes are their differences.
///
/// @param split that was measured on
/// @param rows of it
/// @param entropyBefore with the tables as they were
/// @param entropyAfter with all tables as chosen
/// @param tables every table, in the order of the model
/// @param trials every format that a table was measured in, alone
public record Receipt(
        String split, long rows, double entropyBefore, double entropyAfter, List<Table> tables, List<Trial> trials) {
    public Receipt {
        tables = List.copyOf(tables);
        trials = List.copyOf(trials);
    }

    /// A table and what became of it.
    ///
    /// @param change of the entropy with this table alone as chosen
    public record Table(
            String name,
            long rows,
            int dim,
            String before,
            String after,
            long bytesBefore,
            long bytesAfter,
            double change) {
        public long saved() {
            return bytesBefore - bytesAfter;
        }
    }

    /// One table alone in a format.
    public record Trial(String table, String format, long bytes, double change) {}

    /// Of the entropy, with all tables as chosen.
    public double change() {
        return entropyAfter - entropyBefore;
    }

    public long bytesBefore() {
        return tables.stream().mapToLong(Table::bytesBefore).sum();
    }

    public long bytesAfter() {
        return tables.stream().mapToLong(Table::bytesAfter).sum();
    }
}
