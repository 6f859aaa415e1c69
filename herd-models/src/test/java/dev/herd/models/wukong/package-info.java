@NullMarked
package dev.herd.models.wukong;

import org.jspecify.annotations.NullMarked;
