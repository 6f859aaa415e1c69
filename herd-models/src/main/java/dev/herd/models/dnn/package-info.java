/// One perceptron over all embeddings side by side.
@NullMarked
package dev.herd.models.dnn;

import org.jspecify.annotations.NullMarked;
