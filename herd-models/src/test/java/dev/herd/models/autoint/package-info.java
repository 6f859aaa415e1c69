@NullMarked
package dev.herd.models.autoint;

import org.jspecify.annotations.NullMarked;
