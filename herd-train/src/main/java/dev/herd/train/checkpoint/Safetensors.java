package dev.herd.train.checkpoint;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes safetensors files: 8 bytes with the length of a JSON header, the header, the numbers.
final class Safetensors {
    private static final int ALIGNMENT = 64;
    private static final int BLOCK = 8 << 20;
    private static final JsonMapper JSON = JsonMapper.shared();

    private Safetensors() {}

    /// The length prefix and the header; the numbers of the ranges follow in order without gaps. Padded so that they
    /// start aligned.
    static ByteBuffer header(List<RowRange> ranges) {
        ObjectNode header = JSON.createObjectNode();
        long offset = 0;
        for (RowRange range : ranges) {
            ObjectNode tensor = header.putObject(range.key());
            tensor.put("dtype", range.array().type().name());
            ArrayNode shape = tensor.putArray("shape");
            for (long size : range.array().shapeOf(range.end() - range.start())) {
                shape.add(size);
            }
            tensor.putArray("data_offsets").add(offset).add(offset + range.bytes());
            offset += range.bytes();
        }
        byte[] json = JSON.writeValueAsBytes(header);
        int padded = Math.ceilDiv(json.length + Long.BYTES, ALIGNMENT) * ALIGNMENT - Long.BYTES;
        ByteBuffer buffer = ByteBuffer.allocate(Long.BYTES + padded).order(ByteOrder.LITTLE_ENDIAN);
        buffer.putLong(padded).put(json).put(" ".repeat(padded - json.length).getBytes(StandardCharsets.US_ASCII));
        return buffer.flip();
    }

    /// Writes the rows of a range without copying the whole of it.
    static void write(RowRange range, WritableByteChannel to) throws IOException {
        long start = range.start() * range.array().rowBytes();
        MemorySegment data = range.array().data().asSlice(start, range.bytes());
        for (long at = 0; at < data.byteSize(); at += BLOCK) {
            ByteBuffer block =
                    data.asSlice(at, Math.min(BLOCK, data.byteSize() - at)).asByteBuffer();
            while (block.hasRemaining()) {
                to.write(block);
            }
        }
    }
}
