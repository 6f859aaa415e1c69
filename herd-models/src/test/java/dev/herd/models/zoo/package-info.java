@NullMarked
package dev.herd.models.zoo;

import org.jspecify.annotations.NullMarked;
