package dev.herd.serve.onnx;

import dev.herd.data.Progress;
import dev.herd.train.TrainedModel;
import java.nio.file.Path;
import java.util.List;

/// Writes trained models as ONNX files, which many runtimes score without Herd.
///
/// ```java
/// try (TrainedModel model = TrainedModel.open(Path.of("runs/clicks"), 2)) {
///     OnnxExport.write(model, Inputs.IDS, Path.of("model.onnx"), false, Progress.SILENT);
/// }
/// ```
public final class OnnxExport {
    private OnnxExport() {}

    /// What an exported model is fed.
    public enum Inputs {
        /// embeddings that the caller has looked up: the file holds the network alone
        EMBEDDINGS,
        /// ids: the file holds the tables too
        IDS
    }

    /// What was written.
    ///
    /// @param files the model and, when its weights are large, the file that holds them
    /// @param bytes of all files
    public record Result(List<Port> inputs, List<Port> outputs, List<Path> files, long bytes) {}

    /// Writes a model. Files appear under their names when they are complete.
    ///
    /// @param replace whether files that have these names may go
    /// **Throws** [dev.herd.data.InputException] for a place that cannot be written to;
    /// `UncheckedIOException` when the disk is full or fails.
    public static Result write(TrainedModel model, Inputs inputs, Path path, boolean replace, Progress progress) {
        OnnxFile file = new OnnxFile(path, replace, OnnxFile.EMBEDDED_AT_MOST);
        file.check();
        OnnxModel translated = OnnxModel.of(
                new Source(model.config().model().name(), model.schema(), model.graph(), model.tables()), inputs);
        OnnxFile.Written written = file.write(translated, progress);
        return new Result(
                List.copyOf(translated.graph().inputs()),
                List.copyOf(translated.graph().outputs()),
                written.files(),
                written.bytes());
    }
}
