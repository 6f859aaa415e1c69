package dev.herd.models.zoo;

import dev.herd.data.InputException;
import dev.herd.data.config.Spelling;
import dev.herd.data.config.Subtree;
import dev.herd.models.ConfiguredModel;
import dev.herd.models.ModelFactory;
import dev.herd.models.afn.Afn;
import dev.herd.models.autoint.AutoInt;
import dev.herd.models.bst.Bst;
import dev.herd.models.dcn.Dcn;
import dev.herd.models.dcnv2.Dcnv2;
import dev.herd.models.deepfm.DeepFm;
import dev.herd.models.dhen.Dhen;
import dev.herd.models.din.Din;
import dev.herd.models.dlrm.Dlrm;
import dev.herd.models.dnn.DeepNetwork;
import dev.herd.models.fibinet.FiBiNet;
import dev.herd.models.finalmlp.FinalMlp;
import dev.herd.models.fm.FactorizationMachine;
import dev.herd.models.lr.LogisticRegression;
import dev.herd.models.masknet.MaskNet;
import dev.herd.models.mmoe.Mmoe;
import dev.herd.models.ple.Ple;
import dev.herd.models.pnn.Pnn;
import dev.herd.models.sharedbottom.SharedBottom;
import dev.herd.models.wukong.Wukong;
import dev.herd.models.xdeepfm.XDeepFm;
import java.util.List;
import java.util.Optional;

/// Every ranking model, by its name in configuration files.
public final class ModelZoo {
    private static final List<ModelFactory<?>> ALL = List.of(
            new LogisticRegression(),
            new FactorizationMachine(),
            new DeepNetwork(),
            new DeepFm(),
            new XDeepFm(),
            new Pnn(),
            new Dlrm(),
            new Dcn(),
            new Dcnv2(),
            new AutoInt(),
            new Afn(),
            new MaskNet(),
            new FinalMlp(),
            new FiBiNet(),
            new Wukong(),
            new Dhen(),
            new Din(),
            new Bst(),
            new SharedBottom(),
            new Mmoe(),
            new Ple());

    private ModelZoo() {}

    /// All models, simple ones first.
    public static List<ModelFactory<?>> all() {
        return ALL;
    }

    /// The model of that name.
    ///
    /// **Throws** [InputException] with the known names when there is none.
    public static ModelFactory<?> named(String name) {
        return find(name).orElseThrow(() -> new InputException(unknown(name)));
    }

    /// The model that a block of configuration names, with the block's other keys.
    ///
    /// **Throws** [InputException] with file and line for an unknown name, an unknown key or a wrong value.
    public static ConfiguredModel<?> configured(Subtree block) {
        return find(block.name())
                .orElseThrow(() -> block.error(unknown(block.name())))
                .configure(block);
    }

    private static Optional<ModelFactory<?>> find(String name) {
        return ALL.stream().filter(factory -> factory.name().equals(name)).findFirst();
    }

    private static String unknown(String name) {
        List<String> known = ALL.stream().map(ModelFactory::name).toList();
        String end = Spelling.hint(name, known);
        return "unknown model '" + name + "'" + (end.isEmpty() ? "." : end) + " Known models: "
                + String.join(", ", known);
    }
}
