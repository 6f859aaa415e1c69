@NullMarked
package dev.herd.models.masknet;

import org.jspecify.annotations.NullMarked;
