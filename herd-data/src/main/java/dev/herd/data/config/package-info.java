/// Configuration: YAML overlaid on trees of records, with errors that name the file, the line and the way out.
@NullMarked
package dev.herd.data.config;

import org.jspecify.annotations.NullMarked;
