/// What a run leaves behind: metrics as JSON lines and TensorBoard events, the environment, the log.
@NullMarked
package dev.herd.train.run;

import org.jspecify.annotations.NullMarked;
