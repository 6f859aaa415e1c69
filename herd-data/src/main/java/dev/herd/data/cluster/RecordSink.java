package dev.herd.data.cluster;

import java.lang.foreign.MemorySegment;

/// Takes records, which it must copy if it keeps them.
interface RecordSink {
    void accept(MemorySegment memory, long at);
}
