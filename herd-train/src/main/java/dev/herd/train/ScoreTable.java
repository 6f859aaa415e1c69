package dev.herd.train;

import dev.herd.data.Batch;
import dev.herd.data.FeatureSchema;
import java.io.IOException;
import java.io.Writer;
import java.util.List;

/// Lines of scores beside what identifies a row.
final class ScoreTable {
    private final FeatureSchema schema;
    private final Writer out;

    ScoreTable(FeatureSchema schema, Writer out) {
        this.schema = schema;
        this.out = out;
    }

    void header() throws IOException {
        out.append("row");
        if (schema.session() != null) {
            out.append(',').append(quoted(schema.session()));
        }
        if (schema.timestamp() != null) {
            out.append(',').append(quoted(schema.timestamp()));
        }
        for (String label : schema.labels()) {
            out.append(',').append(quoted(label)).append(',').append(quoted(label + "_score"));
        }
        out.append('\n');
    }

    void rows(long first, Batch batch, float[] logits) throws IOException {
        List<String> labels = schema.labels();
        StringBuilder line = new StringBuilder();
        for (int row = 0; row < batch.size(); row++) {
            line.setLength(0);
            line.append(first + row);
            if (schema.session() != null) {
                line.append(',').append(batch.sessions()[row]);
            }
            if (schema.timestamp() != null) {
                line.append(',').append(batch.timestamps()[row]);
            }
            for (int task = 0; task < labels.size(); task++) {
                int at = row * labels.size() + task;
                line.append(',').append(number(batch.labels()[at]));
                line.append(',').append(probability(logits[at]));
            }
            out.append(line.append('\n'));
        }
    }

    static float probability(float logit) {
        return (float) (1 / (1 + Math.exp(-(double) logit)));
    }

    private static String number(float value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Float.toString(value);
    }

    private static String quoted(String name) {
        return name.matches("[A-Za-z0-9_.-]+") ? name : '"' + name.replace("\"", "\"\"") + '"';
    }
}
