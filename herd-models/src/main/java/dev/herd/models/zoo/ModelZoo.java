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
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/// Every ranking model, by its name in configuration files: Herd's own and those that a
/// `META-INF/services/dev.herd.models.ModelFactory` on the class path names.
public final class ModelZoo {
    /// Models of one kind.
    public record Family(String title, List<ModelFactory<?>> models) {
        public Family {
            models = List.copyOf(models);
        }

        static Family of(String title, ModelFactory<?>... models) {
            return new Family(title, List.of(models));
        }
    }

    private static final List<Family> BUILT_IN = List.of(
            Family.of(
                    "Baselines", new LogisticRegression(), new FactorizationMachine(), new DeepNetwork(), new DeepFm()),
            Family.of(
                    "Feature interactions",
                    new XDeepFm(),
                    new Pnn(),
                    new Dlrm(),
                    new Dcn(),
                    new Dcnv2(),
                    new AutoInt(),
                    new Afn(),
                    new FiBiNet(),
                    new MaskNet(),
                    new FinalMlp(),
                    new Wukong(),
                    new Dhen()),
            Family.of("Sequences of behavior", new Din(), new Bst()),
            Family.of("Several labels", new SharedBottom(), new Mmoe(), new Ple()));

    private static volatile @Nullable List<Family> families;

    private ModelZoo() {}

    /// All models by kind, simple ones first; those added from outside come last.
    ///
    /// **Throws** [InputException] when two models have one name, or an added one cannot be loaded.
    public static List<Family> families() {
        List<Family> found = families;
        if (found == null) {
            found = joined(BUILT_IN, added());
            families = found;
        }
        return found;
    }

    /// All models, simple ones first.
    public static List<ModelFactory<?>> all() {
        return models(families());
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

    private static List<ModelFactory<?>> added() {
        List<ModelFactory<?>> added = new ArrayList<>();
        try {
            for (ModelFactory<?> factory : ServiceLoader.load(ModelFactory.class)) {
                added.add(factory);
            }
        } catch (ServiceConfigurationError e) {
            throw new InputException("a model on the class path cannot be loaded: " + e.getMessage()
                    + "; mend or remove its META-INF/services/" + ModelFactory.class.getName());
        }
        return added;
    }

    static List<Family> joined(List<Family> builtIn, List<ModelFactory<?>> added) {
        List<Family> all = new ArrayList<>(builtIn);
        if (!added.isEmpty()) {
            all.add(new Family("Added", added));
        }
        Map<String, ModelFactory<?>> byName = new HashMap<>();
        for (ModelFactory<?> model : models(all)) {
            ModelFactory<?> other = byName.put(model.name(), model);
            if (other != null) {
                throw new InputException("two models are named '" + model.name() + "': "
                        + other.getClass().getName() + " and "
                        + model.getClass().getName()
                        + "; give one another name() or take it off the class path");
            }
        }
        return List.copyOf(all);
    }

    private static List<ModelFactory<?>> models(List<Family> families) {
        List<ModelFactory<?>> models = new ArrayList<>();
        families.forEach(family -> models.addAll(family.models()));
        return List.copyOf(models);
    }

    private static Optional<ModelFactory<?>> find(String name) {
        return all().stream().filter(factory -> factory.name().equals(name)).findFirst();
    }

    private static String unknown(String name) {
        List<String> known = all().stream().map(ModelFactory::name).toList();
        return "unknown model '" + name + "'" + Spelling.remedy(name, "models", known);
    }
}
