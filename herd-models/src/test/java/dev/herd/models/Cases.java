package dev.herd.models;

import dev.herd.data.FeatureSchema;
import dev.herd.models.afn.AfnCases;
import dev.herd.models.autoint.AutoIntCases;
import dev.herd.models.bst.BstCases;
import dev.herd.models.dcn.DcnCases;
import dev.herd.models.dcnv2.CrossNetwork;
import dev.herd.models.dcnv2.Dcnv2;
import dev.herd.models.dcnv2.Dcnv2.Structure;
import dev.herd.models.deepfm.DeepFm;
import dev.herd.models.dhen.DhenCases;
import dev.herd.models.din.DinCases;
import dev.herd.models.dlrm.Dlrm;
import dev.herd.models.dlrm.Dlrm.Interaction;
import dev.herd.models.dnn.DeepNetwork;
import dev.herd.models.fibinet.FiBiNetCases;
import dev.herd.models.finalmlp.FinalMlpCases;
import dev.herd.models.fm.FactorizationMachine;
import dev.herd.models.lr.LogisticRegression;
import dev.herd.models.masknet.MaskNetCases;
import dev.herd.models.multitask.MultitaskCases;
import dev.herd.models.pnn.PnnCases;
import dev.herd.models.sequence.SequenceCases;
import dev.herd.models.wukong.Projection;
import dev.herd.models.wukong.Wukong;
import dev.herd.models.xdeepfm.XDeepFmCases;
import dev.herd.nn.layer.Activation;
import dev.herd.nn.layer.Mlp;
import dev.herd.nn.layer.Normalization;
import java.util.ArrayList;
import java.util.List;

/// Small models of every kind and form, each with its reference.
public final class Cases {
    public static final Mlp.Config NO_HIDDEN = Mlp.Config.of();

    public static final FeatureSchema BOTH = Schemas.of(2, 3, 30);
    public static final FeatureSchema SPARSE = Schemas.of(0, 4, 40);
    public static final FeatureSchema DENSE = Schemas.of(3, 0, 0);
    public static final FeatureSchema TWO_TASKS = Schemas.of(2, 1, 3, 30);
    public static final FeatureSchema ONE_FIELD = Schemas.of(0, 1, 10);

    public static final Mlp.Config PLAIN = Mlp.Config.of(5, 4);
    public static final Mlp.Config BATCH = PLAIN.withNormalization(Normalization.BATCH);
    public static final Mlp.Config LAYER =
            Mlp.Config.of(4).withNormalization(Normalization.LAYER).withActivation(Activation.TANH);

    private Cases() {}

    /// Logits `[B][K]` from values.
    @FunctionalInterface
    public interface Reference<C extends Record> {
        double[][] logits(C config, PlainValues values, boolean training);
    }

    public record Case<C extends Record>(
            String name, ConfiguredModel<C> model, FeatureSchema schema, Reference<C> reference) {
        public double[][] expected(PlainValues values, boolean training) {
            return reference.logits(model.config(), values, training);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    /// Every model's cases; a new model adds one line with the list of its own package.
    public static List<Case<?>> all() {
        List<Case<?>> all = new ArrayList<>(first());
        all.addAll(AfnCases.all());
        all.addAll(AutoIntCases.all());
        all.addAll(BstCases.all());
        all.addAll(DcnCases.all());
        all.addAll(DinCases.all());
        all.addAll(DhenCases.all());
        all.addAll(FiBiNetCases.all());
        all.addAll(FinalMlpCases.all());
        all.addAll(MaskNetCases.all());
        all.addAll(MultitaskCases.all());
        all.addAll(PnnCases.all());
        all.addAll(SequenceCases.all());
        all.addAll(XDeepFmCases.all());
        return all;
    }

    private static List<Case<?>> first() {
        return List.of(
                lr("lr", BOTH),
                lr("lr of two tasks", TWO_TASKS),
                lr("lr of numeric inputs alone", DENSE),
                fm("fm", BOTH),
                fm("fm of two tasks", TWO_TASKS),
                dnn("dnn, batch norm", BOTH, DenseInputs.EMBED, PLAIN, BATCH),
                dnn("dnn, layer norm, bottom perceptron", TWO_TASKS, DenseInputs.MLP, LAYER, LAYER),
                dnn("dnn without numeric inputs", BOTH, DenseInputs.IGNORE, PLAIN, PLAIN),
                dnn("dnn of numeric inputs alone", DENSE, DenseInputs.EMBED, PLAIN, BATCH),
                deepFm("deepfm", BOTH),
                deepFm("deepfm of two tasks", TWO_TASKS),
                dlrm("dlrm, dot", BOTH, Interaction.DOT, DenseInputs.MLP),
                dlrm("dlrm, dot, embedded numeric inputs", BOTH, Interaction.DOT, DenseInputs.EMBED),
                dlrm("dlrm, dot, ids alone", SPARSE, Interaction.DOT, DenseInputs.MLP),
                dlrm("dlrm, cat", TWO_TASKS, Interaction.CAT, DenseInputs.MLP),
                dcnv2("dcnv2, parallel", Structure.PARALLEL, CrossNetwork.Config.full(3)),
                dcnv2("dcnv2, stacked, low rank", Structure.STACKED, new CrossNetwork.Config(2, 3, 1)),
                dcnv2("dcnv2, cross only, mixture", Structure.CROSS_ONLY, new CrossNetwork.Config(2, 2, 3)),
                wukong("wukong, static", BOTH, List.of(2), List.of(2), new Projection.Static(2), true),
                wukong("wukong, full", SPARSE, List.of(2), List.of(2), new Projection.Full(), true),
                wukong("wukong, attentive", BOTH, List.of(2), List.of(1), attentive(), true),
                wukong("wukong, pyramid", TWO_TASKS, List.of(3, 2), List.of(3, 1), new Projection.Static(3), true),
                wukong("wukong, no norm", SPARSE, List.of(2), List.of(3), new Projection.Static(2), false));
    }

    private static Projection attentive() {
        return new Projection.Attentive(3, 2, Mlp.Config.of(3).withActivation(Activation.TANH));
    }

    private static Case<?> lr(String name, FeatureSchema schema) {
        return of(name, new LogisticRegression(), new LogisticRegression.Config(), schema, References::lr);
    }

    private static Case<?> fm(String name, FeatureSchema schema) {
        return of(name, new FactorizationMachine(), new FactorizationMachine.Config(3), schema, References::fm);
    }

    private static Case<?> dnn(
            String name, FeatureSchema schema, DenseInputs dense, Mlp.Config bottom, Mlp.Config deep) {
        DeepNetwork.Config config = new DeepNetwork.Config(3, dense, bottom, deep);
        return of(name, new DeepNetwork(), config, schema, References::dnn);
    }

    private static Case<?> deepFm(String name, FeatureSchema schema) {
        return of(name, new DeepFm(), new DeepFm.Config(3, BATCH), schema, References::deepFm);
    }

    private static Case<?> dlrm(String name, FeatureSchema schema, Interaction interaction, DenseInputs dense) {
        return of(name, new Dlrm(), new Dlrm.Config(3, interaction, dense, PLAIN, BATCH), schema, References::dlrm);
    }

    private static Case<?> dcnv2(String name, Structure structure, CrossNetwork.Config cross) {
        Dcnv2.Config config = new Dcnv2.Config(2, DenseInputs.EMBED, PLAIN, structure, cross, BATCH);
        return of(name, new Dcnv2(), config, BOTH, References::dcnv2);
    }

    private static Case<?> wukong(
            String name,
            FeatureSchema schema,
            List<Integer> fm,
            List<Integer> lcb,
            Projection projection,
            boolean layerNorm) {
        Wukong.Config config = new Wukong.Config(
                3,
                DenseInputs.MLP,
                PLAIN,
                2,
                fm,
                lcb,
                projection,
                Mlp.Config.of(5),
                layerNorm,
                Mlp.Config.of(4),
                List.of());
        return of(name, new Wukong(), config, schema, References::wukong);
    }

    /// A case of a model.
    public static <C extends Record> Case<C> of(
            String name, ModelFactory<C> factory, C config, FeatureSchema schema, Reference<C> reference) {
        return new Case<>(name, new ConfiguredModel<>(factory, config), schema, reference);
    }
}
