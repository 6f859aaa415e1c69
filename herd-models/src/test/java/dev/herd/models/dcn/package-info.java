@NullMarked
package dev.herd.models.dcn;

import org.jspecify.annotations.NullMarked;
