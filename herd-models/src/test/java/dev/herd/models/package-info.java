@NullMarked
package dev.herd.models;

import org.jspecify.annotations.NullMarked;
