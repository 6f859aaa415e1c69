package dev.herd.train.report;

import dev.herd.data.FeatureSchema;
import dev.herd.embedding.RowFormat;
import dev.herd.models.ConfiguredModel;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.ModelGraph;
import dev.herd.models.RankingModel;
import dev.herd.nn.Parameters;
import dev.herd.nn.graph.Cost;
import dev.herd.nn.graph.Graph;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/// What a model is made of and what it costs: its recorded network, counted by part, and its embedding
/// tables.
///
/// @param tables in the order of the model's groups
public record ModelSheet(Graph graph, Cost cost, List<Table> tables) {
    public ModelSheet {
        tables = List.copyOf(tables);
    }

    /// An embedding table.
    ///
    /// @param bytes of its weights, without the state of an optimizer
    public record Table(String name, long rows, int width, long bytes) {
        public long parameters() {
            return Math.multiplyExact(rows, width);
        }
    }

    /// Of a model that is made for its shapes alone: its parameters' memory is gone when this returns.
    public static ModelSheet of(ConfiguredModel<?> model, FeatureSchema schema, RowFormat precision) {
        try (Arena arena = Arena.ofConfined()) {
            RankingModel network =
                    model.create(schema, Parameters.create(arena, 0).root());
            return of(network, model.embeddings(schema), schema, precision);
        }
    }

    /// @param groups as the model's factory declared them for this schema
    /// @param precision of the tables
    public static ModelSheet of(
            RankingModel model, List<EmbeddingGroup> groups, FeatureSchema schema, RowFormat precision) {
        Graph graph = ModelGraph.of(model, groups, schema);
        List<Table> tables = new ArrayList<>();
        for (EmbeddingGroup group : groups) {
            for (EmbeddingGroup.Table table : group.tables(schema)) {
                tables.add(new Table(
                        group.name() + "/" + table.name(),
                        table.rows(),
                        group.width(),
                        Math.multiplyExact(table.rows(), precision.rowBytes(group.width()))));
            }
        }
        return new ModelSheet(graph, Cost.of(graph), tables);
    }

    /// Trained numbers, tables included.
    public long parameters() {
        return Math.addExact(
                cost.total().parameters(),
                tables.stream().mapToLong(Table::parameters).sum());
    }

    /// Bytes of all weights, tables included.
    public long weightBytes() {
        return Math.addExact(
                cost.total().weightBytes(),
                tables.stream().mapToLong(Table::bytes).sum());
    }

    /// The network as a drawing: an SVG file that needs nothing else, light and dark.
    public String svg() {
        return Page.svgFile(GraphDrawing.inline(this));
    }
}
