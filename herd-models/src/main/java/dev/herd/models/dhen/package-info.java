/// Deep and hierarchical ensemble network (Zhang et al. 2022).
@NullMarked
package dev.herd.models.dhen;

import org.jspecify.annotations.NullMarked;
