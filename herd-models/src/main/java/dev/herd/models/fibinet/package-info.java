/// FiBiNET (Huang et al. 2019).
@NullMarked
package dev.herd.models.fibinet;

import org.jspecify.annotations.NullMarked;
