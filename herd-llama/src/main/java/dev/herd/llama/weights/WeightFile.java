package dev.herd.llama.weights;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// A model on disk, mapped into memory and checked: every tensor of the architecture is there in the right
/// shape, and nothing else is. Weights are not copied; the system reads their pages when they are first
/// touched.
///
/// **Owner**: whoever opened it; closing it takes the memory of all tensors away, also from threads that
/// still read.
public final class WeightFile implements AutoCloseable {
    private final Path path;
    private final LlamaConfig config;
    private final Metadata metadata;
    private final Inventory inventory;
    private final Runnable closing;

    private WeightFile(Path path, LlamaConfig config, Metadata metadata, Inventory inventory, Runnable closing) {
        this.path = path;
        this.config = config;
        this.metadata = metadata;
        this.inventory = inventory;
        this.closing = closing;
    }

    /// Opens a GGUF file, or a folder with `config.json` and safetensors files as Hugging Face lays them
    /// out.
    ///
    /// **Throws** [InputException] for what is absent, broken, or not a Llama model that can be computed,
    /// naming file, tensor and type.
    public static WeightFile open(Path path) {
        return Files.isDirectory(path) ? openFolder(path) : openGguf(path);
    }

    private static WeightFile openFolder(Path path) {
        HuggingFaceFolder folder = HuggingFaceFolder.open(path);
        try {
            Inventory inventory = Inventory.of(path, folder.config(), folder.tensors(), Role::huggingFaceName);
            return new WeightFile(path, folder.config(), folder.metadata(), inventory, folder::close);
        } catch (Throwable e) {
            folder.close();
            throw e;
        }
    }

    private static WeightFile openGguf(Path path) {
        GgufFile file = GgufFile.open(path);
        try {
            return of(file);
        } catch (Throwable e) {
            file.close();
            throw e;
        }
    }

    /// The model in a file that is open, and is closed with it.
    static WeightFile of(GgufFile file) {
        LlamaConfig config = GgufConfig.of(file);
        Inventory inventory = Inventory.of(file.path(), config, file.tensors(), Role::ggufName);
        return new WeightFile(file.path(), config, file.metadata(), inventory, file::close);
    }

    /// What was opened: the file or the folder.
    public Path path() {
        return path;
    }

    public LlamaConfig config() {
        return config;
    }

    /// What the file says about itself, the vocabulary included where it is a GGUF file.
    public Metadata metadata() {
        return metadata;
    }

    /// The tensor of a role that every layer has. Layers count from 0.
    public WeightTensor tensor(Role role, int layer) {
        return inventory.tensor(role, layer);
    }

    /// The tensor of a role that the model has once. A tied model's output is its token embedding.
    public WeightTensor tensor(Role role) {
        if (role.perLayer()) {
            throw new IllegalArgumentException(role + " is a tensor of each layer; say of which");
        }
        return inventory.tensor(role, 0);
    }

    /// All tensors of the file, in its order.
    public List<WeightTensor> tensors() {
        return inventory.all();
    }

    @Override
    public void close() {
        closing.run();
    }
}
