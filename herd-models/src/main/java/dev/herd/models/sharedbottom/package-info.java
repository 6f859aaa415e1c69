/// One network for all labels with a tower each (Caruana 1997).
@NullMarked
package dev.herd.models.sharedbottom;

import org.jspecify.annotations.NullMarked;
