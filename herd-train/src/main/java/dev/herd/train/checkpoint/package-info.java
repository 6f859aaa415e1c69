/// Checkpoints: safetensors chunks by parameter and row range under a checksummed manifest, written so that neither a
/// killed process nor a full disk can damage one that is complete.
@NullMarked
package dev.herd.train.checkpoint;

import org.jspecify.annotations.NullMarked;
