/// Logistic regression over every id and numeric input.
@NullMarked
package dev.herd.models.lr;

import org.jspecify.annotations.NullMarked;
