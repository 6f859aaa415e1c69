package dev.herd.train.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.FeatureSchema.DenseFeature;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.embedding.RowFormat;
import dev.herd.models.ConfiguredModel;
import dev.herd.models.ModelFactory;
import dev.herd.models.dcnv2.CrossNetwork;
import dev.herd.models.dcnv2.Dcnv2;
import dev.herd.models.wukong.Wukong;
import dev.herd.models.zoo.ModelZoo;
import dev.herd.nn.layer.Mlp;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Document;

class ModelSheetTest {
    private static final FeatureSchema SCHEMA = new FeatureSchema(
            List.of("click"),
            List.of(new DenseFeature("age"), new DenseFeature("price")),
            List.of(
                    new SparseFeature("user", Arity.SINGLE, 300, false),
                    new SparseFeature("item <1>", Arity.SINGLE, 50, false)),
            null,
            null,
            null);

    static List<ModelFactory<?>> drawable() {
        // Sequence models need a sequence feature in their configuration.
        return ModelZoo.all().stream()
                .filter(factory -> !List.of("din", "bst").contains(factory.name()))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("drawable")
    void everyModelHasADrawingThatIsWellFormed(ModelFactory<?> factory) throws Exception {
        ModelSheet sheet = defaults(factory);
        Document drawing = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(sheet.svg().getBytes(StandardCharsets.UTF_8)));
        assertThat(drawing.getDocumentElement().getTagName()).isEqualTo("svg");
        assertThat(drawing.getElementsByTagName("path").getLength()).isGreaterThan(2);
        assertThat(sheet.svg())
                .doesNotContain("NaN", "Infinity")
                .contains("input [B, 2]", "prefers-color-scheme: dark");
    }

    @Test
    void theDrawingOfWukongShowsItsLayersAndTheirBlocks() {
        String drawing = defaults(new Wukong()).svg();
        assertThat(drawing)
                .contains(">layer0<", ">layer1<", ">head<", ">bottom<")
                .contains(">fmb<", ">lcb<", ">residual<", ">norm<")
                .contains("concat [B, 3, 16]", "[B, 16, 16]", "linear 2 \u2192 512, relu");
        assertThat(drawing.split(">fmb<", -1)).hasSize(3);
    }

    @Test
    void theSectionListsTablesPartsAndTotals() {
        Mlp.Config mlp = Mlp.Config.of(8);
        Dcnv2.Config config = new Dcnv2.Config(
                4,
                dev.herd.models.DenseInputs.IGNORE,
                mlp,
                Dcnv2.Structure.CROSS_ONLY,
                CrossNetwork.Config.full(1),
                mlp);
        ModelSheet sheet = ModelSheet.of(new ConfiguredModel<>(new Dcnv2(), config), SCHEMA, RowFormat.FP16);
        // Tables 350*4; cross 8*8+8; out 8+1
        assertThat(sheet.parameters()).isEqualTo(1400 + 72 + 9);
        assertThat(sheet.weightBytes()).isEqualTo(2 * 1400 + 4 * 81);
        assertThat(ModelSection.of(sheet))
                .contains("<tr><td>embedding/user, 300 x 4<td>1,200<td>81.0 %<td><td><td><td>2.3 KiB")
                .contains("<tr><td>embedding/item &lt;1&gt;, 50 x 4<td>200")
                .contains("<tr><td>cross<td>72<td>4.9 %<td>64<td>384<td>")
                .contains("<tr><td>out<td>9<td>0.6 %<td>8<td>48<td>4 B<td>36 B")
                .contains("<tr class=best><td>total<td>1,481<td>100.0 %<td>72<td>432<td>");
    }

    private static <C extends Record> ModelSheet defaults(ModelFactory<C> factory) {
        return ModelSheet.of(new ConfiguredModel<>(factory, factory.defaults()), SCHEMA, RowFormat.FP32);
    }
}
