package dev.herd.models.finalmlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.InputException;
import dev.herd.models.DenseInputs;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.ParameterCount;
import dev.herd.models.finalmlp.FinalMlp.Stream;
import dev.herd.nn.layer.Mlp;
import dev.herd.nn.layer.Normalization;
import java.util.List;
import org.junit.jupiter.api.Test;

class FinalMlpTest {
    /// Rows as BARS logs them, padding included.
    private static final FeatureSchema FRAPPE = schema(
            ids("user", 956),
            ids("item", 4_084),
            ids("daytime", 9),
            ids("weekday", 9),
            ids("isweekend", 4),
            ids("homework", 5),
            ids("cost", 4),
            ids("weather", 11),
            ids("country", 82),
            ids("city", 235));

    private static final FeatureSchema MOVIELENS =
            schema(ids("user_id", 16_977), ids("item_id", 23_606), ids("tag_id", 49_659));

    @Test
    void parameterCountsMatchBars() {
        // BARS, FinalMLP_frappe_x1: 5,399*10 + (956 + 4,084)*10 for the contexts
        // + gates 2*(10*400+400 + 400*100+100) + 100*400+400 + 800 + 100*100+100 + 200 + fusion 401 + 101 + 5*80*20
        FinalMlp.Config frappe = config(5, 400, stream(400, "user"), stream(100, "item"));
        assertThat(count(frappe, FRAPPE)).isEqualTo(253_392);
        // BARS, FinalMLP_movielenslatest_x1: 90,242*10 + gates 2*(10 + 10*800+800 + 800*30+30)
        // + 30*400+400 + 800 + 30*800+800 + 1600 + fusion 401 + 801 + 10*40*80
        FinalMlp.Config movieLens = config(10, 800, stream(400), stream(800));
        assertThat(count(movieLens, MOVIELENS)).isEqualTo(1_040_902);
    }

    @Test
    void contextsHaveTablesOfTheirOwnForTheirFeaturesAlone() {
        FinalMlp.Config config = config(5, 400, stream(400, "user"), stream(100, "item", "city"));
        assertThat(new FinalMlp().embeddings(config, FRAPPE))
                .extracting(EmbeddingGroup::name, EmbeddingGroup::pooled)
                .contains(
                        org.assertj.core.groups.Tuple.tuple("first_context", List.of("user")),
                        org.assertj.core.groups.Tuple.tuple("second_context", List.of("item", "city")));
    }

    @Test
    void aContextThatTheSchemaDoesNotKnowIsAnsweredWithTheNearestName() {
        FinalMlp.Config config = config(10, 8, stream(400, "user"), stream(100));
        assertThatThrownBy(() -> count(config, MOVIELENS))
                .isInstanceOf(InputException.class)
                .hasMessage("`first.context` names 'user', which is no id feature. Known id features:"
                        + " user_id, item_id, tag_id");
    }

    @Test
    void valuesThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> config(3, 8, stream(6), stream(8)))
                .hasMessage("`heads` must divide the last widths of both streams, 6 and 8, got 3");
        assertThatThrownBy(() -> Stream.of(Mlp.Config.of()))
                .hasMessage("a stream's `mlp.hidden` must hold at least one width, got []");
        assertThatThrownBy(() -> config(1, 0, stream(6), stream(8)))
                .hasMessage("the widths of `gate` must be positive, got [0]");
    }

    private static Stream stream(int width, String... context) {
        return new Stream(Mlp.Config.of(width).withNormalization(Normalization.BATCH), List.of(context));
    }

    private static FinalMlp.Config config(int heads, int gate, Stream first, Stream second) {
        return new FinalMlp.Config(10, DenseInputs.EMBED, Mlp.Config.of(), true, List.of(gate), first, second, heads);
    }

    private static long count(FinalMlp.Config config, FeatureSchema schema) {
        return ParameterCount.of(new FinalMlp(), config, schema);
    }

    private static SparseFeature ids(String name, long rows) {
        return new SparseFeature(name, Arity.SINGLE, rows, false);
    }

    private static FeatureSchema schema(SparseFeature... features) {
        return new FeatureSchema(List.of("label"), List.of(), List.of(features), null, null, null);
    }
}
