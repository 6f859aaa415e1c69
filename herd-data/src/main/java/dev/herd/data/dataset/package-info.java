/// The dataset folder: `dataset.yaml`, Parquet parts, vocabularies; how it is written and how it is read for training.
@NullMarked
package dev.herd.data.dataset;

import org.jspecify.annotations.NullMarked;
