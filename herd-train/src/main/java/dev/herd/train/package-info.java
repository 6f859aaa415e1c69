/// The training loop, metrics, checkpoints, schedules and run reports.
@NullMarked
package dev.herd.train;

import org.jspecify.annotations.NullMarked;
