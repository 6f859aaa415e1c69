/// Factorization machines (Rendle 2010).
@NullMarked
package dev.herd.models.fm;

import org.jspecify.annotations.NullMarked;
