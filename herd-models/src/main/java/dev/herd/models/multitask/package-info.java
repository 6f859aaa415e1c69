/// What models with several labels share: experts, gates and a tower per label.
@NullMarked
package dev.herd.models.multitask;

import org.jspecify.annotations.NullMarked;
