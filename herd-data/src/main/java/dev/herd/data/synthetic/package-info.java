/// The synthetic click log: sessions, popularity and planted interactions, with the best possible loss known exactly.
@NullMarked
package dev.herd.data.synthetic;

import org.jspecify.annotations.NullMarked;
