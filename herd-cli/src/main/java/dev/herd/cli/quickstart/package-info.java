/// `herd quickstart`: four models on a synthetic log whose best possible loss is known.
@NullMarked
package dev.herd.cli.quickstart;

import org.jspecify.annotations.NullMarked;
