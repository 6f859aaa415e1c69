/// How good the scores of a ranking model are: each metric is added to row by row, merged over parts, and then read.
@NullMarked
package dev.herd.train.metric;

import org.jspecify.annotations.NullMarked;
