/// From text cells to features: the rules of every column, their fitting on the training rows, and their application,
/// the same in preparation, training, evaluation, prediction and serving.
@NullMarked
package dev.herd.data.transform;

import org.jspecify.annotations.NullMarked;
