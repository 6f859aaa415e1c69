package dev.herd.serve.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// An exported file, loaded by ONNX Runtime.
final class OrtModel implements AutoCloseable {
    private final OrtSession session;

    private OrtModel(OrtSession session) {
        this.session = session;
    }

    static OrtModel open(Path file) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            return new OrtModel(OrtEnvironment.getEnvironment().createSession(file.toString(), options));
        }
    }

    OrtSession session() {
        return session;
    }

    Set<String> inputs() {
        return session.getInputNames();
    }

    static OnnxTensor tensor(float[] values, long... shape) throws OrtException {
        return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), FloatBuffer.wrap(values), shape);
    }

    static OnnxTensor tensor(long[] values, long... shape) throws OrtException {
        return OnnxTensor.createTensor(OrtEnvironment.getEnvironment(), LongBuffer.wrap(values), shape);
    }

    /// All outputs by name, row-major. Closes the tensors it is given.
    Map<String, float[]> run(Map<String, OnnxTensor> feeds) throws OrtException {
        Map<String, OnnxTensorLike> given = new HashMap<>(feeds);
        try (OrtSession.Result result = session.run(given)) {
            Map<String, float[]> outputs = new LinkedHashMap<>();
            for (String name : session.getOutputNames()) {
                FloatBuffer buffer = ((OnnxTensor) result.get(name).orElseThrow()).getFloatBuffer();
                float[] values = new float[buffer.remaining()];
                buffer.get(values);
                outputs.put(name, values);
            }
            return outputs;
        } finally {
            List.copyOf(feeds.values()).forEach(OnnxTensor::close);
        }
    }

    @Override
    public void close() throws OrtException {
        session.close();
    }
}
