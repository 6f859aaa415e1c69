/// From raw files to a dataset folder.
@NullMarked
package dev.herd.data.prepare;

import org.jspecify.annotations.NullMarked;
