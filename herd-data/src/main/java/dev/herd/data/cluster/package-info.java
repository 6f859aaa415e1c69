/// Orders rows by session within a stated memory: records, sorted runs on disk, their merge.
@NullMarked
package dev.herd.data.cluster;

import org.jspecify.annotations.NullMarked;
