/// Deep interest network: behaviors weighed by a network that sees the candidate.
@NullMarked
package dev.herd.models.din;

import org.jspecify.annotations.NullMarked;
