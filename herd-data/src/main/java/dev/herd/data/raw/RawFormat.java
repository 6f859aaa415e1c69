package dev.herd.data.raw;

import dev.herd.data.config.Doc;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// How a file is laid out. Every format is text in UTF-8, plain or compressed with gzip or zstd (told by content), save
/// Parquet.
public sealed interface RawFormat {

    @Doc("Criteo display ads, Kaggle or Terabyte: tab-separated label, I1-I13 (integers), C1-C26 (hexadecimal ids)")
    record Criteo(
            @Doc("whether the lines begin with the label; Kaggle's test file has none")
            boolean labelled) implements RawFormat {
        static Criteo defaults() {
            return new Criteo(true);
        }
    }

    @Doc("cells between delimiters, one row a line")
    record Csv(
            @Doc("one character between cells; \"\\t\" for tabs")
            String delimiter,

            @Doc("character around cells that hold delimiters or line ends; empty for none")
            String quote,

            @Doc("whether the first line names the columns") boolean header,

            @Doc("the columns' names; they stand in for those of a header")
            List<String> names,

            @Doc("whether spaces around cells are dropped") boolean trim)
            implements RawFormat {
        public Csv {
            names = List.copyOf(names);
            if (delimiter.length() != 1 || delimiter.charAt(0) > 127) {
                throw new IllegalArgumentException("delimiter must be one ASCII character, got '" + delimiter + "'");
            }
            if (quote.length() > 1 || !quote.isEmpty() && quote.charAt(0) > 127) {
                throw new IllegalArgumentException("quote must be empty or one ASCII character, got '" + quote + "'");
            }
        }

        public static Csv defaults() {
            return new Csv(",", "\"", true, List.of(), true);
        }
    }

    @Doc("libsvm or libfm: a label, then index:value pairs between spaces")
    record Libsvm(
            @Doc("names for a fixed number of pairs by position, each giving a column that holds its index (values "
                    + "must be 1); empty: the columns `label`, `ids` and `values` with any number of pairs")
            List<String> fields)
            implements RawFormat {
        public Libsvm {
            fields = List.copyOf(fields);
        }

        static Libsvm defaults() {
            return new Libsvm(List.of());
        }
    }

    @Doc("one JSON object a line")
    record JsonLines(
            @Doc("column name to path, such as `user.id`; a path through an array gives all its values")
            Map<String, String> columns,

            @Doc("path of an array whose elements become the rows; paths that begin with it are taken per element")
            @Nullable
            String explode)
            implements RawFormat {
        public JsonLines {
            columns = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(columns));
        }

        static JsonLines defaults() {
            return new JsonLines(Map.of(), null);
        }
    }

    @Doc("Parquet with flat columns or lists of scalars")
    record Parquet() implements RawFormat {}
}
