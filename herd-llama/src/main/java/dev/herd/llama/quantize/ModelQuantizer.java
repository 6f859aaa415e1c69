package dev.herd.llama.quantize;

import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.llama.tokenizer.Tokenizer;
import dev.herd.llama.weights.GgufWriter;
import dev.herd.llama.weights.Metadata;
import dev.herd.llama.weights.MetadataValue;
import dev.herd.llama.weights.WeightFile;
import dev.herd.numerics.WorkerPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Writes a model as a GGUF file whose matrices have few bits.
///
/// Norms and other vectors become fp32. What a GGUF file says about itself is carried over, its vocabulary
/// included; of a Hugging Face folder the configuration, the vocabulary and the chat template are written
/// in the words of GGUF. A tensor that has the wanted type already keeps its bytes. The file is the same
/// for any number of threads.
///
/// One tensor at a time is in memory.
public final class ModelQuantizer {
    private static final String FILE_TYPE = "general.file_type";
    private static final String VERSION = "general.quantization_version";
    private static final int BLOCK_VERSION = 2;

    /// Keys of a GGUF file that are not true of another.
    private static final Set<String> OWN = Set.of("general.alignment", FILE_TYPE, VERSION);

    private ModelQuantizer() {}

    /// What to make.
    ///
    /// @param matrices how matrices are stored
    /// @param embeddings how the token embedding and the output matrix are
    /// @param threads that work
    public record Options(WeightPrecision matrices, WeightPrecision embeddings, int threads) {
        public Options {
            if (threads < 1) {
                throw new IllegalArgumentException("threads must be positive, got " + threads);
            }
        }

        /// One thread; embeddings as they are best for these matrices.
        public static Options of(WeightPrecision matrices) {
            return new Options(matrices, matrices.forEmbeddings(), 1);
        }

        public Options withThreads(int threads) {
            return new Options(matrices, embeddings, threads);
        }

        public Options withEmbeddings(WeightPrecision embeddings) {
            return new Options(matrices, embeddings, threads);
        }
    }

    /// @param tokenizer of a model in a folder; a GGUF file brings its own
    ///
    /// **Throws** [InputException] when `out` is the model itself or cannot be written, and for numbers
    /// that are not finite or do not fit, naming tensor and row.
    public static QuantizeReport write(
            WeightFile model, Optional<Tokenizer> tokenizer, Options options, Path out, Progress progress) {
        refuseItself(model.path(), out);
        GgufWriter writer = new GgufWriter();
        List<TensorSource> sources = TensorSource.all(model);
        if (TensorSource.isGguf(model)) {
            carryOver(model.metadata(), writer);
        } else {
            FolderDescription.write(model, writer);
            tokenizer.ifPresent(each -> each.describe(writer));
        }
        writer.put(VERSION, new MetadataValue.Whole(BLOCK_VERSION));
        writer.put(FILE_TYPE, new MetadataValue.Whole(options.matrices().fileType()));
        long numbers =
                sources.stream().mapToLong(each -> each.tensor().elements()).sum();
        QuantizeReport.Tally tally = new QuantizeReport.Tally();
        try (WorkerPool pool = WorkerPool.create(options.threads());
                Progress.Task task = progress.start("Quantizing", numbers, "weights")) {
            for (TensorSource source : sources) {
                TensorEncoding encoding = new TensorEncoding(model.path(), source, source.type(options), pool, task);
                writer.tensor(
                        source.name(),
                        encoding.type(),
                        source.tensor().shape(),
                        to -> tally.add(source, encoding.type(), encoding.write(to)));
            }
            writer.write(out);
        }
        return tally.report(out);
    }

    private static void refuseItself(Path model, Path out) {
        try {
            if (Files.exists(out) && Files.isSameFile(model, out)) {
                throw InputException.of(out, "is the model itself; write the quantized one to another file");
            }
        } catch (IOException e) {
            throw new InputException(out + ": cannot be read: " + e, e);
        }
    }

    private static void carryOver(Metadata metadata, GgufWriter writer) {
        for (String key : metadata.keys()) {
            if (!OWN.contains(key)) {
                writer.put(key, metadata.value(key).orElseThrow());
            }
        }
    }
}
