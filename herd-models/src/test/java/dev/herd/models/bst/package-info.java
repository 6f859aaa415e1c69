@NullMarked
package dev.herd.models.bst;

import org.jspecify.annotations.NullMarked;
