package dev.herd.llama.weights;

import dev.herd.data.InputException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// A LoRA adapter on disk, checked against a model: to the matrix `W[out, in]` of a weight it adds
/// `scale * B A` with `A[rank, in]` and `B[out, rank]`.
///
/// **Owner**: whoever opened it; closing it takes the memory of its tensors away.
///
/// **Paper**: LoRA (arXiv 2106.09685), section 4.1.
public final class LoraFile implements AutoCloseable {
    private static final String CONFIG = "adapter_config.json";
    private static final String WEIGHT = ".weight";

    private final Path path;
    private final RopeLayout layout;
    private final Map<Place, Pair> pairs;
    private final Runnable closing;

    private LoraFile(Path path, RopeLayout layout, Map<Place, Pair> pairs, Runnable closing) {
        this.path = path;
        this.layout = layout;
        this.pairs = pairs;
        this.closing = closing;
    }

    /// A weight of the model.
    ///
    /// @param layer 0 where the model has one for all layers
    public record Place(Role role, int layer) {}

    /// What is added to a weight.
    ///
    /// @param scale of the product
    public record Pair(WeightTensor a, WeightTensor b, double scale) {
        /// Rows of `a`, columns of `b`.
        public int rank() {
            return Math.toIntExact(a.rows());
        }
    }

    /// Opens a GGUF file of the type `adapter`, or a folder with `adapter_config.json` and
    /// `adapter_model.safetensors` as PEFT writes them.
    ///
    /// **Throws** [InputException] for what is absent, broken, or does not fit the model, naming file,
    /// tensor and shape.
    public static LoraFile open(Path path, LlamaConfig model) {
        return Files.isDirectory(path) ? openFolder(path, model) : openGguf(path, model);
    }

    private static LoraFile openGguf(Path path, LlamaConfig model) {
        GgufFile file = GgufFile.open(path);
        try {
            Metadata metadata = file.metadata();
            require(metadata, "general.type", "adapter");
            require(metadata, "adapter.type", "lora");
            require(metadata, GgufConfig.ARCHITECTURE_KEY, "llama");
            double alpha = metadata.number("adapter.lora.alpha")
                    .orElseThrow(() -> InputException.of(path, "metadata adapter.lora.alpha is missing"));
            LoraReader reader =
                    new LoraReader(path, model, Role::ggufName, List.of(".lora_a", ".lora_b"), rank -> alpha / rank);
            return new LoraFile(path, RopeLayout.INTERLEAVED, reader.read(file.tensors()), file::close);
        } catch (Throwable e) {
            file.close();
            throw e;
        }
    }

    private static void require(Metadata metadata, String key, String value) {
        String found = metadata.text(key).orElse("missing");
        if (!found.equals(value)) {
            throw InputException.of(
                    metadata.file(),
                    "metadata " + key + " is " + Excerpt.of(found) + ", that of a LoRA adapter for Llama is " + value);
        }
    }

    @SuppressWarnings("MustBeClosedChecker") // the adapter closes it
    private static LoraFile openFolder(Path folder, LlamaConfig model) {
        PeftConfig config = PeftConfig.read(folder.resolve(CONFIG));
        Path weights = folder.resolve("adapter_model.safetensors");
        if (!Files.isRegularFile(weights)) {
            throw InputException.of(folder, "holds no adapter_model.safetensors; other weight files are not read");
        }
        Arena arena = Arena.ofShared();
        try {
            List<WeightTensor> tensors = SafetensorsReader.read(weights, GgufFile.map(weights, arena));
            LoraReader reader = new LoraReader(
                    weights, model, LoraFile::peftName, List.of(".lora_A.weight", ".lora_B.weight"), config::scale);
            return new LoraFile(folder, RopeLayout.HALVES, reader.read(tensors), arena::close);
        } catch (Throwable e) {
            arena.close();
            throw e;
        }
    }

    private static String peftName(Role role, int layer) {
        String name = "base_model.model." + role.huggingFaceName(layer);
        return name.substring(0, name.length() - WEIGHT.length());
    }

    /// The file or folder.
    public Path path() {
        return path;
    }

    /// The pair of every weight that the adapter adds to.
    public Map<Place, Pair> pairs() {
        return pairs;
    }

    /// Which row of a pair's `b` is added to row `row` of the model's weight: files of the two kinds keep
    /// query and key rows in their own orders.
    public long row(Place place, long row, LlamaConfig model) {
        boolean turned = place.role() == Role.QUERY || place.role() == Role.KEY;
        return turned ? model.layout().rowIn(layout, row, model.headDim()) : row;
    }

    @Override
    public void close() {
        closing.run();
    }
}
