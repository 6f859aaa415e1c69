package dev.herd.serve.onnx;

import dev.herd.data.InputException;
import dev.herd.data.Progress;
import dev.herd.data.wire.Protobuf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Where a model is written: one file, or two when its weights are too large for one.
///
/// A protocol buffer holds at most 2 GiB. Beyond a limit that leaves room for the rest, weights lie in a
/// second file beside the first, each at a multiple of what operating systems can map.
///
/// @param path of the model; the second file's name is this one's with `.data` behind it
/// @param replace whether what lies there may go, both files
/// @param embeddedAtMost bytes of weights in one file
record OnnxFile(Path path, boolean replace, long embeddedAtMost) {
    static final long EMBEDDED_AT_MOST = 1L << 30;

    /// Windows maps files from multiples of 64 KiB, others from multiples of 4 or 16 KiB.
    static final long ALIGNMENT = 1L << 16;

    /// What was written.
    record Written(List<Path> files, long bytes) {}

    /// Refuses a place that cannot be written to, before there is any work to lose.
    ///
    /// **Throws** [InputException].
    void check() {
        Path folder = path.toAbsolutePath().getParent();
        if (folder == null || Files.isDirectory(path)) {
            throw InputException.of(path, "is a folder; name the file to write, for example model.onnx in it");
        }
        if (!Files.isDirectory(folder)) {
            throw InputException.of(path, "there is no folder " + folder + "; make it first, or choose another");
        }
        if (!replace && Files.exists(path)) {
            throw taken(path);
        }
    }

    private static InputException taken(Path file) {
        return InputException.of(file, "exists already; choose another name, or replace it by --force");
    }

    private Path dataPath() {
        return path.resolveSibling(path.getFileName() + ".data");
    }

    Written write(OnnxModel model, Progress progress) {
        check();
        List<Initializer> weights = model.graph().initializers().stream()
                .filter(Initializer::weight)
                .toList();
        long bytes =
                weights.stream().mapToLong(weight -> weight.data().byteSize()).sum();
        try {
            return bytes <= embeddedAtMost ? inOne(model, progress) : inTwo(model, weights, progress);
        } catch (IOException e) {
            throw new UncheckedIOException(path + ": cannot be written: " + e.getMessage(), e);
        }
    }

    private Written inOne(OnnxModel model, Progress progress) throws IOException {
        Protobuf message = model.message(Initializer::embedded);
        try (Progress.Task task = progress.start("export", message.size(), "bytes");
                UnfinishedFile file = UnfinishedFile.create(path, task)) {
            message.writeTo(file);
            file.finish();
            if (replace) {
                Files.deleteIfExists(dataPath()); // it belonged to the model that went
            }
            return new Written(List.of(path), message.size());
        }
    }

    private Written inTwo(OnnxModel model, List<Initializer> weights, Progress progress) throws IOException {
        Path dataPath = dataPath();
        if (!replace && Files.exists(dataPath)) {
            throw taken(dataPath);
        }
        Map<Initializer, Long> places = new HashMap<>();
        long end = 0;
        for (Initializer weight : weights) {
            long place = Math.ceilDiv(end, ALIGNMENT) * ALIGNMENT;
            places.put(weight, place);
            end = place + weight.data().byteSize();
        }
        String name = dataPath.getFileName().toString();
        Protobuf message = model.message(array -> {
            Long place = places.get(array);
            return place == null ? array.embedded() : array.external(name, place);
        });
        try (Progress.Task task = progress.start("export", end + message.size(), "bytes");
                UnfinishedFile data = UnfinishedFile.create(dataPath, task);
                UnfinishedFile file = UnfinishedFile.create(path, task)) {
            for (Initializer weight : weights) {
                data.skipTo(places.getOrDefault(weight, 0L));
                Protobuf.write(weight.data(), data);
            }
            message.writeTo(file);
            // An old model must never be seen beside new weights.
            Files.deleteIfExists(path);
            data.finish();
            file.finish();
            return new Written(List.of(path, dataPath), end + message.size());
        }
    }
}
