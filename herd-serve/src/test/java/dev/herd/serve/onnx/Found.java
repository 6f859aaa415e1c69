package dev.herd.serve.onnx;

import java.util.Map;
import java.util.Objects;

/// What a map is known to hold.
final class Found {
    private Found() {}

    static <T> T in(Map<String, T> all, String name) {
        return Objects.requireNonNull(all.get(name), name);
    }
}
