@NullMarked
package dev.herd.models.finalmlp;

import org.jspecify.annotations.NullMarked;
