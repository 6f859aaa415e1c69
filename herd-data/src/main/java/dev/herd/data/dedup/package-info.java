/// Which features are deduplicated together, and how that is configured.
@NullMarked
package dev.herd.data.dedup;

import org.jspecify.annotations.NullMarked;
