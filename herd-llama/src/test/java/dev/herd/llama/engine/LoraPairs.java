package dev.herd.llama.engine;

import dev.herd.llama.weights.GgufWriter;
import dev.herd.llama.weights.LlamaConfig;
import dev.herd.llama.weights.MetadataValue;
import dev.herd.llama.weights.Role;
import dev.herd.llama.weights.TensorType;
import dev.herd.llama.weights.WeightFile;
import dev.herd.llama.weights.WeightTensor;
import dev.herd.numerics.CounterRandom;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Pairs of matrices of an adapter, to be written as one or merged into weights.
final class LoraPairs {
    private final LlamaConfig config;
    private final int seed;
    private final List<Pair> pairs = new ArrayList<>();

    private record Pair(Role role, int layer, int rank, float[] a, float[] b) {}

    LoraPairs(LlamaConfig config, int seed) {
        this.config = config;
        this.seed = seed;
    }

    LoraPairs add(Role role, int layer, int rank) {
        long[] shape = role.shape(config);
        float[] a = random(rank * (int) shape[1], 1 / Math.sqrt(shape[1]));
        float[] b = random((int) shape[0] * rank, 0.3 / Math.sqrt(shape[0]));
        pairs.add(new Pair(role, layer, rank, a, b));
        return this;
    }

    private float[] random(int count, double deviation) {
        float[] numbers = new float[count];
        for (int i = 0; i < count; i++) {
            numbers[i] = (float) (deviation * CounterRandom.gaussian(seed, pairs.size(), i + count));
        }
        return numbers;
    }

    /// The same for a GGUF file, where the first and second half of a head's query and key rows take turns.
    LoraPairs interleaved() {
        LoraPairs turned = new LoraPairs(config, seed);
        for (Pair pair : pairs) {
            float[] b = pair.b.clone();
            if (pair.role == Role.QUERY || pair.role == Role.KEY) {
                int half = config.headDim() / 2;
                for (int row = 0; row < b.length / pair.rank; row++) {
                    int head = row / config.headDim() * config.headDim();
                    int place = head + row % half * 2 + row % config.headDim() / half;
                    System.arraycopy(pair.b, row * pair.rank, b, place * pair.rank, pair.rank);
                }
            }
            turned.pairs.add(new Pair(pair.role, pair.layer, pair.rank, pair.a, b));
        }
        return turned;
    }

    /// @param renamed parts of tensors' names and what stands in their place, by turns
    void writeGguf(Path path, double alpha, String... renamed) {
        GgufWriter writer = new GgufWriter()
                .put("general.architecture", new MetadataValue.Text("llama"))
                .put("general.type", new MetadataValue.Text("adapter"))
                .put("adapter.type", new MetadataValue.Text("lora"))
                .put("adapter.lora.alpha", new MetadataValue.Real(alpha));
        for (Pair pair : pairs) {
            long[] shape = pair.role.shape(config);
            String name = pair.role.ggufName(pair.layer);
            add(writer, renamed(name + ".lora_a", renamed), pair.a, pair.rank, shape[1]);
            add(writer, renamed(name + ".lora_b", renamed), pair.b, shape[0], pair.rank);
        }
        writer.write(path);
    }

    private static String renamed(String name, String... renamed) {
        return renamed.length == 0 ? name : name.replace(renamed[0], renamed[1]);
    }

    private static void add(GgufWriter writer, String name, float[] numbers, long... shape) {
        writer.tensor(name, TensorType.F32, shape, to -> to.copyFrom(MemorySegment.ofArray(numbers)));
    }

    /// Writes a folder as PEFT does.
    ///
    /// @param setting replaces what the configuration says under its key
    void writePeft(Path folder, double alpha, String setting) throws IOException {
        JsonMapper json = JsonMapper.shared();
        ObjectNode config = (ObjectNode) json.readTree("""
                {"peft_type": "LORA", "bias": "none", "use_dora": false, "rank_pattern": {}, "modules_to_save": null}""");
        config.put("r", pairs.getFirst().rank).put("lora_alpha", alpha);
        config.setAll((ObjectNode) json.readTree("{" + setting + "}"));
        Files.writeString(folder.resolve("adapter_config.json"), config.toString());
        Map<String, float[]> data = new LinkedHashMap<>();
        ObjectNode table = json.createObjectNode();
        long at = 0;
        for (Pair pair : pairs) {
            long[] shape = pair.role.shape(this.config);
            String name =
                    "base_model.model." + pair.role.huggingFaceName(pair.layer).replaceFirst("\\.weight$", "");
            data.put(name + ".lora_A.weight", pair.a);
            at = row(table, name + ".lora_A.weight", at, pair.rank, shape[1]);
            data.put(name + ".lora_B.weight", pair.b);
            at = row(table, name + ".lora_B.weight", at, shape[0], pair.rank);
        }
        byte[] head = table.toString().getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.allocate(8 + head.length + (int) at).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(head.length).put(head);
        data.values().forEach(numbers -> {
            for (float number : numbers) {
                bytes.putFloat(number);
            }
        });
        Files.write(folder.resolve("adapter_model.safetensors"), bytes.array());
    }

    private static long row(ObjectNode table, String name, long at, long rows, long columns) {
        long end = at + 4 * rows * columns;
        ObjectNode row = table.putObject(name).put("dtype", "F32");
        row.putArray("shape").add(rows).add(columns);
        row.putArray("data_offsets").add(at).add(end);
        return end;
    }

    /// Weights with these pairs added, their products scaled by `alpha` over the rank.
    Merged merge(WeightFile file, double alpha) {
        return new Merged(file, new LinkedHashMap<>()).merge(this, alpha);
    }

    record Merged(WeightFile file, Map<String, float[]> weights) {
        Merged merge(LoraPairs more, double alpha) {
            for (Pair pair : more.pairs) {
                float[] weight = weights.computeIfAbsent(
                        pair.role.ggufName(pair.layer),
                        _ -> file.tensor(pair.role, pair.layer).decode());
                int columns = pair.a.length / pair.rank;
                for (int i = 0; i < weight.length; i++) {
                    double sum = 0;
                    for (int r = 0; r < pair.rank; r++) {
                        sum += (double) pair.b[i / columns * pair.rank + r] * pair.a[r * columns + i % columns];
                    }
                    weight[i] += (float) (alpha / pair.rank * sum);
                }
            }
            return this;
        }

        void write(Path path) {
            GgufWriter writer = new GgufWriter();
            file.metadata()
                    .keys()
                    .forEach(key -> writer.put(key, file.metadata().value(key).orElseThrow()));
            for (WeightTensor tensor : file.tensors()) {
                if (!weights.containsKey(tensor.name())) {
                    writer.tensor(tensor);
                }
            }
            weights.forEach((name, weight) -> {
                long columns = name.contains("ffn_down")
                        ? file.config().hidden()
                        : name.contains("attn_output")
                                ? file.config().queryWidth()
                                : file.config().width();
                LoraPairs.add(writer, name, weight, weight.length / columns, columns);
            });
            writer.write(path);
        }
    }
}
