@NullMarked
package dev.herd.models.afn;

import org.jspecify.annotations.NullMarked;
