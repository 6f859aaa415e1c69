package dev.herd.data.raw;

import dev.herd.data.InputException;
import dev.herd.data.raw.TextBlocks.Piece;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Takes columns out of JSON objects by path.
final class JsonParser implements LineParser {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(tools.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final List<String> columns = new ArrayList<>();
    private final List<String[]> paths = new ArrayList<>();
    private final List<Boolean> perElement = new ArrayList<>();
    private final String @Nullable [] explode;

    JsonParser(RawFormat.JsonLines format) {
        if (format.columns().isEmpty()) {
            throw new InputException("json_lines needs `columns`: a map from column names to paths in the objects");
        }
        explode = format.explode() == null ? null : format.explode().split("\\.");
        String prefix = format.explode() + ".";
        for (Map.Entry<String, String> column : format.columns().entrySet()) {
            boolean inElement = explode != null && column.getValue().startsWith(prefix);
            columns.add(column.getKey());
            perElement.add(inElement);
            paths.add((inElement ? column.getValue().substring(prefix.length()) : column.getValue()).split("\\."));
        }
    }

    @Override
    public List<String> columns() {
        return columns;
    }

    @Override
    public RawBlock parse(Piece piece) {
        RawBlock.Builder builder = new RawBlock.Builder(columns.size(), 1024);
        List<RawFault> faults = new ArrayList<>();
        long line = piece.line();
        for (int at = 0; at < piece.size(); line++) {
            int end = at;
            while (end < piece.size() && piece.bytes()[end] != '\n') {
                end++;
            }
            RawFault fault = line(piece.file(), piece.bytes(), at, end, line, builder);
            if (fault != null) {
                builder.dropRow();
                faults.add(fault);
            }
            at = end + 1;
        }
        return builder.build(piece.file(), faults);
    }

    private @Nullable RawFault line(Path file, byte[] bytes, int from, int to, long line, RawBlock.Builder builder) {
        int start = from;
        while (start < to && (bytes[start] == ' ' || bytes[start] == '\r' || bytes[start] == '\t')) {
            start++;
        }
        if (start == to) {
            return null;
        }
        int invalid = Utf8.firstInvalid(bytes, start, to);
        if (invalid >= 0) {
            return new RawFault(file, line, invalid - from + 1, "not UTF-8; convert the file, for example with iconv");
        }
        JsonNode object;
        try {
            object = JSON.readTree(bytes, start, to - start);
        } catch (JacksonException e) {
            int column =
                    e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getColumnNr() + start - from);
            return new RawFault(file, line, column, "expected a JSON object: " + e.getOriginalMessage());
        }
        if (!object.isObject()) {
            return new RawFault(file, line, 1, "expected a JSON object, found " + kind(object));
        }
        return rows(file, object, line, builder);
    }

    private @Nullable RawFault rows(Path file, JsonNode object, long line, RawBlock.Builder builder) {
        if (explode == null) {
            return row(file, object, object, line, builder);
        }
        JsonNode array = object;
        for (String name : explode) {
            array = array.path(name);
        }
        if (!array.isArray()) {
            return new RawFault(
                    file, line, 1, "expected an array at '" + String.join(".", explode) + "', found " + kind(array));
        }
        // Checked as a whole first, so that a line gives all of its rows or none.
        for (JsonNode element : array) {
            RawFault fault = row(file, object, element, line, new RawBlock.Builder(columns.size(), 1));
            if (fault != null) {
                return fault;
            }
        }
        for (JsonNode element : array) {
            RawFault fault = row(file, object, element, line, builder);
            if (fault != null) {
                throw new IllegalStateException("a checked row failed: " + fault);
            }
        }
        return null;
    }

    private @Nullable RawFault row(Path file, JsonNode object, JsonNode element, long line, RawBlock.Builder builder) {
        for (int c = 0; c < columns.size(); c++) {
            List<String> values = new ArrayList<>();
            JsonNode root = perElement.get(c) ? element : object;
            JsonNode wrong = collect(root, paths.get(c), 0, values);
            if (wrong != null) {
                return new RawFault(
                        file,
                        line,
                        1,
                        "column '" + columns.get(c) + "': expected a scalar or an array of scalars, found "
                                + kind(wrong));
            }
            if (values.isEmpty()) {
                builder.missing();
            } else {
                builder.cell(String.join("\u001F", values));
            }
        }
        builder.endRow(line);
        return null;
    }

    /// Adds the scalars at a path; returns the first node that is none.
    private static @Nullable JsonNode collect(JsonNode node, String[] path, int depth, List<String> into) {
        if (node.isArray()) {
            for (JsonNode element : node) {
                JsonNode wrong = collect(element, path, depth, into);
                if (wrong != null) {
                    return wrong;
                }
            }
            return null;
        }
        if (depth < path.length) {
            return node.isObject() ? collect(node.path(path[depth]), path, depth + 1, into) : null;
        }
        if (node.isObject()) {
            return node;
        }
        if (!node.isMissingNode() && !node.isNull()) {
            into.add(node.asString());
        }
        return null;
    }

    private static String kind(JsonNode node) {
        return node.isMissingNode() ? "nothing" : node.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
    }
}
