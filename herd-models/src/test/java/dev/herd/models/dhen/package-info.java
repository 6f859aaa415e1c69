@NullMarked
package dev.herd.models.dhen;

import org.jspecify.annotations.NullMarked;
