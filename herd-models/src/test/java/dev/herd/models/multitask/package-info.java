@NullMarked
package dev.herd.models.multitask;

import org.jspecify.annotations.NullMarked;
