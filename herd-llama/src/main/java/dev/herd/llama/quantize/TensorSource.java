package dev.herd.llama.quantize;

import dev.herd.llama.weights.LlamaConfig;
import dev.herd.llama.weights.Role;
import dev.herd.llama.weights.RopeLayout;
import dev.herd.llama.weights.TensorType;
import dev.herd.llama.weights.WeightFile;
import dev.herd.llama.weights.WeightTensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A tensor to be written to a GGUF file, and in which order its rows are taken.
///
/// @param name in the new file
/// @param headDim where rows of each head stand in the halves of [RopeLayout#HALVES] and shall be
///     interleaved, else 0
record TensorSource(String name, WeightTensor tensor, int headDim) {
    private static final Set<String> EMBEDDINGS = Set.of(Role.TOKEN_EMBEDDING.ggufName(0), Role.OUTPUT.ggufName(0));

    static boolean isGguf(WeightFile model) {
        return model.config().layout() == RopeLayout.INTERLEAVED;
    }

    /// The tensors of a model, in the order of a GGUF file or of the network.
    static List<TensorSource> all(WeightFile model) {
        return isGguf(model)
                ? model.tensors().stream()
                        .map(tensor -> new TensorSource(tensor.name(), tensor, 0))
                        .toList()
                : ofFolder(model);
    }

    private static List<TensorSource> ofFolder(WeightFile model) {
        LlamaConfig config = model.config();
        List<TensorSource> sources = new ArrayList<>();
        sources.add(named(model, Role.TOKEN_EMBEDDING));
        for (int layer = 0; layer < config.layers(); layer++) {
            for (Role role : Role.values()) {
                if (role.perLayer()) {
                    boolean turned = role == Role.QUERY || role == Role.KEY;
                    sources.add(new TensorSource(
                            role.ggufName(layer), model.tensor(role, layer), turned ? config.headDim() : 0));
                }
            }
        }
        sources.add(named(model, Role.OUTPUT_NORM));
        if (!config.tied()) {
            sources.add(named(model, Role.OUTPUT));
        }
        return sources;
    }

    private static TensorSource named(WeightFile model, Role role) {
        return new TensorSource(role.ggufName(0), model.tensor(role), 0);
    }

    /// Vectors are few and matter: they are fp32.
    TensorType type(ModelQuantizer.Options options) {
        if (tensor.shape().length == 1) {
            return TensorType.F32;
        }
        WeightPrecision wanted = EMBEDDINGS.contains(name) ? options.embeddings() : options.matrices();
        return wanted.type(tensor.columns());
    }

    /// Which row of the tensor becomes row `row`.
    long row(long row) {
        return headDim == 0 ? row : RopeLayout.INTERLEAVED.rowIn(RopeLayout.HALVES, row, headDim);
    }
}
