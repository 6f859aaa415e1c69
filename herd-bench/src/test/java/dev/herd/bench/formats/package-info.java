@NullMarked
package dev.herd.bench.formats;

import org.jspecify.annotations.NullMarked;
