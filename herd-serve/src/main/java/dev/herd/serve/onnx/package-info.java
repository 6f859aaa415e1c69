/// Trained models as ONNX files.
@NullMarked
package dev.herd.serve.onnx;

import org.jspecify.annotations.NullMarked;
