package dev.herd.llama.weights;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Writes GGUF bytes by hand, right or wrong, and remembers where each field that a file could lie about
/// stands.
final class GgufBytes {
    private record Field(int at, int width) {}

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<Field> fields = new ArrayList<>();

    /// A sound model of one layer with a vocabulary of 8 words, its matrices of the given type.
    static GgufBytes model(TensorType type) {
        LlamaConfig config = config();
        GgufBytes file = new GgufBytes().header(3, 11, 12);
        file.text("general.architecture", "llama").whole("llama.block_count", 1).whole("llama.embedding_length", 32);
        file.whole("llama.feed_forward_length", 64).whole("llama.attention.head_count", 2);
        file.whole("llama.attention.head_count_kv", 1).whole("llama.context_length", 128);
        file.real("llama.rope.freq_base", 10_000).real("llama.attention.layer_norm_rms_epsilon", 1e-5f);
        file.texts("tokenizer.ggml.tokens", 8).floats("tokenizer.ggml.scores", 8);
        file.flag("tokenizer.ggml.add_bos_token", true);
        long offset = 0;
        for (Role role : Role.values()) {
            if (role != Role.OUTPUT) {
                long[] shape = role.shape(config);
                TensorType own = shape.length == 1 ? TensorType.F32 : type;
                file.tensor(role.ggufName(0), own.code(), offset, shape);
                offset = Math.ceilDiv(offset + WeightTensor.bytes(own, shape), 32) * 32;
            }
        }
        return file.align().zeros(offset);
    }

    private static LlamaConfig config() {
        return new LlamaConfig(
                1, 32, 64, 2, 1, 16, 8, 128, 10_000, new RopeScaling.None(), RopeLayout.INTERLEAVED, 1e-5f, true);
    }

    GgufBytes header(int version, long tensors, long entries) {
        return i32(GgufReader.MAGIC).i32(version).i64(tensors).i64(entries);
    }

    GgufBytes text(String key, String value) {
        return string(key).i32(8).string(value);
    }

    GgufBytes whole(String key, int value) {
        return string(key).i32(4).i32(value);
    }

    GgufBytes real(String key, float value) {
        return string(key).i32(6).i32(Float.floatToIntBits(value));
    }

    GgufBytes flag(String key, boolean value) {
        string(key).i32(7);
        bytes.write(value ? 1 : 0);
        return this;
    }

    GgufBytes texts(String key, int count) {
        string(key).i32(9).i32(8).i64(count);
        for (int i = 0; i < count; i++) {
            string("word" + i);
        }
        return this;
    }

    GgufBytes floats(String key, int count) {
        string(key).i32(9).i32(6).i64(count);
        for (int i = 0; i < count; i++) {
            i32(Float.floatToIntBits(-i));
        }
        return this;
    }

    /// @param shape outermost first
    GgufBytes tensor(String name, int type, long offset, long... shape) {
        string(name).i32(shape.length);
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            i64(shape[axis]);
        }
        return i32(type).i64(offset);
    }

    GgufBytes align() {
        return zeros((32 - bytes.size() % 32) % 32);
    }

    GgufBytes zeros(long count) {
        bytes.writeBytes(new byte[Math.toIntExact(count)]);
        return this;
    }

    GgufBytes string(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        i64(utf8.length);
        bytes.writeBytes(utf8);
        return this;
    }

    GgufBytes i32(int value) {
        fields.add(new Field(bytes.size(), 4));
        bytes.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
        return this;
    }

    GgufBytes i64(long value) {
        fields.add(new Field(bytes.size(), 8));
        bytes.writeBytes(ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array());
        return this;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    /// How many counts, lengths, types, values and offsets there are to lie about.
    int fields() {
        return fields.size();
    }

    /// The bytes with field `index` overwritten.
    byte[] with(int index, long value) {
        byte[] changed = bytes();
        Field field = fields.get(index);
        ByteBuffer at = ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN);
        if (field.width == 4) {
            at.putInt(field.at, (int) value);
        } else {
            at.putLong(field.at, value);
        }
        return changed;
    }
}
