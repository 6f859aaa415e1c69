/// The page that a run leaves behind: one HTML file with its plots drawn as inline SVG.
@NullMarked
package dev.herd.train.report;

import org.jspecify.annotations.NullMarked;
