/// Tests of the export to ONNX, against ONNX Runtime.
@NullMarked
package dev.herd.serve.onnx;

import org.jspecify.annotations.NullMarked;
