package dev.herd.llama.engine;

import dev.herd.data.InputException;
import dev.herd.llama.weights.LlamaConfig;
import dev.herd.numerics.block.BlockFormat;

/// How keys and values are held. They are rounded once, when they are written; attention computes in fp32
/// with what they stand for.
public enum KvPrecision {
    /// As they were computed.
    FP32(BlockFormat.F32),

    /// Rounded to fp16: half the memory. Beyond 65,504 they become infinite.
    FP16(BlockFormat.F16),

    /// In blocks of 32 whole numbers of eight bits under an fp16 scale, the Q8_0 of GGUF files, along each
    /// head: about a quarter of the memory.
    Q8(BlockFormat.Q8_0);

    private final BlockFormat format;

    KvPrecision(BlockFormat format) {
        this.format = format;
    }

    /// How the numbers of a head are stored.
    public BlockFormat format() {
        return format;
    }

    /// What so many positions would take in the precisions that take less, to end a message.
    String narrower(LlamaConfig config, int positions) {
        StringBuilder rest = new StringBuilder();
        for (KvPrecision kv : values()) {
            if (kv.compareTo(this) > 0 && kv.fits(config)) {
                rest.append("; in ").append(kv).append(" the keys and values take ");
                rest.append(LlamaEngine.cacheBytes(config, kv, positions));
            }
        }
        return rest.toString();
    }

    /// Whether the heads of a model are made of whole blocks.
    boolean fits(LlamaConfig config) {
        return config.headDim() % format.width() == 0;
    }

    /// **Throws** [InputException] for a model whose heads are not made of whole blocks.
    void check(LlamaConfig config) {
        if (!fits(config)) {
            throw new InputException("keys and values in " + name() + " need heads of whole blocks of "
                    + format.width() + " numbers, those of this model have " + config.headDim() + "; take " + FP16
                    + " or " + FP32);
        }
    }
}
