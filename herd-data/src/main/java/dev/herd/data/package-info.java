/// Feature schema, jagged tensors, readers and writers, transforms, the synthetic click log.
@NullMarked
package dev.herd.data;

import org.jspecify.annotations.NullMarked;
