package dev.herd.llama.weights;

import dev.herd.data.InputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The tensors of a file sorted by what they do, complete and of the right shapes.
final class Inventory {
    private static final int MOST_COMPLAINTS = 20;

    /// Tensors that may be there and say nothing that is not known otherwise.
    private static final Set<String> BESIDE_THE_WEIGHTS = Set.of(RopeScaling.FACTORS_TENSOR);

    private static final List<String> SUFFIXES_WITHOUT_MEANING =
            List.of(".attn_rot_embd.weight", ".rotary_emb.inv_freq");

    private final List<WeightTensor> all;
    private final Map<Role, WeightTensor[]> byRole;

    private Inventory(List<WeightTensor> all, Map<Role, WeightTensor[]> byRole) {
        this.all = all;
        this.byRole = byRole;
    }

    /// How a kind of file names the tensor of a role and layer.
    interface Naming {
        String name(Role role, int layer);
    }

    /// **Throws** [InputException] that lists everything missing, of another shape than the model's, or
    /// not known.
    static Inventory of(Path file, LlamaConfig config, List<WeightTensor> tensors, Naming naming) {
        Map<String, WeightTensor> left = new HashMap<>();
        tensors.forEach(tensor -> left.put(tensor.name(), tensor));
        Complaints complaints = new Complaints();
        Map<Role, WeightTensor[]> byRole = new EnumMap<>(Role.class);
        for (Role role : Role.values()) {
            if (role == Role.OUTPUT && config.tied()) {
                left.remove(naming.name(role, 0));
                continue;
            }
            WeightTensor[] found = new WeightTensor[role.perLayer() ? config.layers() : 1];
            for (int layer = 0; layer < found.length; layer++) {
                String name = naming.name(role, layer);
                WeightTensor tensor = left.remove(name);
                complaints.check(name, tensor, role.shape(config));
                found[layer] = tensor;
            }
            byRole.put(role, found);
        }
        left.keySet().removeIf(Inventory::saysNothing);
        left.values().stream().sorted((a, b) -> a.name().compareTo(b.name())).forEach(complaints::unknown);
        complaints.raise(file);
        if (config.tied()) {
            byRole.put(Role.OUTPUT, Objects.requireNonNull(byRole.get(Role.TOKEN_EMBEDDING)));
        }
        return new Inventory(List.copyOf(tensors), byRole);
    }

    List<WeightTensor> all() {
        return all;
    }

    WeightTensor tensor(Role role, int layer) {
        WeightTensor[] found = Objects.requireNonNull(byRole.get(role));
        return found[role.perLayer() ? Objects.checkIndex(layer, found.length) : 0];
    }

    private static boolean saysNothing(String name) {
        return BESIDE_THE_WEIGHTS.contains(name)
                || SUFFIXES_WITHOUT_MEANING.stream().anyMatch(name::endsWith);
    }

    /// Gathers what is wrong, so that all of it can be told at once.
    private static final class Complaints {
        private final List<String> told = new ArrayList<>();
        private int count;

        void check(String name, @Nullable WeightTensor tensor, long[] shape) {
            if (tensor == null) {
                add(name + " is missing, expected shape " + Arrays.toString(shape));
            } else if (!Arrays.equals(tensor.shape(), shape)) {
                add(name + " has shape " + Arrays.toString(tensor.shape()) + ", expected " + Arrays.toString(shape));
            }
        }

        void unknown(WeightTensor tensor) {
            add(Excerpt.of(tensor.name()) + " " + Arrays.toString(tensor.shape())
                    + " is not a tensor of the Llama architecture");
        }

        private void add(String complaint) {
            if (count++ < MOST_COMPLAINTS) {
                told.add(complaint);
            }
        }

        void raise(Path file) {
            if (count > 0) {
                String more = count > told.size() ? "\n  and " + (count - told.size()) + " more" : "";
                throw InputException.of(
                        file,
                        "the tensors are not those of the model its configuration describes:\n  "
                                + String.join("\n  ", told) + more);
            }
        }
    }
}
