package dev.herd.llama.weights;

import dev.herd.data.InputException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// The safetensors files of a Hugging Face folder, one or several with an index, mapped into memory.
///
/// **Owner**: whoever opened it; closing it takes the memory of all its tensors away.
record HuggingFaceFolder(Path path, Arena arena, LlamaConfig config, Metadata metadata, List<WeightTensor> tensors)
        implements AutoCloseable {
    private static final String CONFIG = "config.json";
    private static final String SINGLE = "model.safetensors";
    private static final String INDEX = "model.safetensors.index.json";

    @SuppressWarnings("MustBeClosedChecker") // the folder closes it
    static HuggingFaceFolder open(Path folder) {
        Path configFile = folder.resolve(CONFIG);
        if (!Files.isRegularFile(configFile)) {
            throw InputException.of(folder, "holds no " + CONFIG + "; name a model folder or a .gguf file");
        }
        JsonNode json = Json.read(configFile);
        LlamaConfig config = HuggingFaceConfig.of(configFile, json);
        Arena arena = Arena.ofShared();
        try {
            List<WeightTensor> tensors = Files.isRegularFile(folder.resolve(INDEX))
                    ? shards(folder, arena)
                    : file(folder.resolve(SINGLE), arena);
            return new HuggingFaceFolder(folder, arena, config, HuggingFaceConfig.metadata(configFile, json), tensors);
        } catch (Throwable e) {
            arena.close();
            throw e;
        }
    }

    private static List<WeightTensor> file(Path file, Arena arena) {
        if (!Files.isRegularFile(file)) {
            throw InputException.of(
                    file.resolveSibling(""),
                    "holds neither " + SINGLE + " nor " + INDEX + "; other weight files are not read");
        }
        return SafetensorsReader.read(file, GgufFile.map(file, arena));
    }

    /// Every tensor of the index, each in the file where the index says that it is.
    private static List<WeightTensor> shards(Path folder, Arena arena) {
        Path index = folder.resolve(INDEX);
        Map<String, Set<String>> namesByFile = new TreeMap<>();
        JsonNode map = Json.read(index).path("weight_map");
        if (!map.isObject()) {
            throw InputException.of(index, "weight_map is missing or not an object");
        }
        map.properties()
                .forEach(entry -> namesByFile
                        .computeIfAbsent(entry.getValue().asString(""), _ -> new TreeSet<>())
                        .add(entry.getKey()));
        List<WeightTensor> tensors = new ArrayList<>();
        namesByFile.forEach((name, tensorNames) -> {
            Path shard = beside(index, name);
            List<WeightTensor> found = SafetensorsReader.read(shard, GgufFile.map(shard, arena));
            Set<String> missing = new TreeSet<>(tensorNames);
            found.forEach(tensor -> missing.remove(tensor.name()));
            if (!missing.isEmpty()) {
                throw InputException.of(
                        shard,
                        "lacks " + missing.size() + " tensors that " + INDEX + " says it holds, the first "
                                + Excerpt.of(missing.iterator().next()));
            }
            tensors.addAll(found);
        });
        refuseTwice(index, tensors);
        return List.copyOf(tensors);
    }

    /// A file of the folder itself: an index must not lead elsewhere.
    private static Path beside(Path index, String name) {
        if (!name.endsWith(".safetensors") || name.contains("/") || name.contains("\\") || name.indexOf(0) >= 0) {
            throw InputException.of(
                    index,
                    "weight_map names the file \"" + Excerpt.of(name)
                            + "\"; only .safetensors files beside it are read");
        }
        Path shard = index.resolveSibling(name);
        if (!Files.isRegularFile(shard)) {
            throw InputException.of(shard, "is missing; " + INDEX + " names it");
        }
        return shard;
    }

    private static void refuseTwice(Path index, List<WeightTensor> tensors) {
        Set<String> seen = new HashSet<>();
        for (WeightTensor tensor : tensors) {
            if (!seen.add(tensor.name())) {
                throw InputException.of(index, "two of its files hold tensor " + Excerpt.of(tensor.name()));
            }
        }
    }

    @Override
    public void close() {
        arena.close();
    }
}
