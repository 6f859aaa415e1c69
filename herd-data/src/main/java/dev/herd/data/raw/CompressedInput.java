package dev.herd.data.raw;

import com.github.luben.zstd.ZstdInputStream;
import dev.herd.data.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;

/// Opens a text file, unpacking gzip and zstd, which it tells by their first bytes.
///
/// **Throws** [InputException] for other binary formats and encodings, saying which format to name.
final class CompressedInput {
    private static final int BUFFER = 1 << 18;

    private CompressedInput() {}

    /// @param compressed told how many bytes of the file itself were read
    static InputStream open(Path file, java.util.function.LongConsumer compressed) throws IOException {
        InputStream counted = new CountedInput(Files.newInputStream(file), compressed);
        PushbackInputStream raw = new PushbackInputStream(counted, 4);
        byte[] magic = raw.readNBytes(4);
        raw.unread(magic);
        InputStream text;
        if (starts(magic, 0x1F, 0x8B)) {
            text = new GZIPInputStream(raw, BUFFER);
        } else if (starts(magic, 0x28, 0xB5, 0x2F, 0xFD)) {
            text = new ZstdInputStream(raw);
        } else {
            text = raw;
        }
        return checked(file, text);
    }

    private static InputStream checked(Path file, InputStream text) throws IOException {
        PushbackInputStream unpacked = new PushbackInputStream(text, 4);
        byte[] first = unpacked.readNBytes(4);
        if (starts(first, 'P', 'A', 'R', '1')) {
            throw InputException.of(file, "is a Parquet file; set its format to parquet");
        }
        if (starts(first, 'P', 'K', 3, 4)) {
            throw InputException.of(file, "is a zip archive; unpack it first, or use gzip or zstd");
        }
        if (starts(first, 'B', 'Z', 'h')) {
            throw InputException.of(file, "is packed with bzip2; unpack it first, or use gzip or zstd");
        }
        if (starts(first, 0xFF, 0xFE) || starts(first, 0xFE, 0xFF)) {
            throw InputException.of(file, "is encoded in UTF-16; convert it to UTF-8");
        }
        boolean byteOrderMark = starts(first, 0xEF, 0xBB, 0xBF);
        int skip = byteOrderMark ? 3 : 0;
        unpacked.unread(first, skip, first.length - skip);
        return unpacked;
    }

    private static boolean starts(byte[] bytes, int... magic) {
        if (bytes.length < magic.length) {
            return false;
        }
        for (int i = 0; i < magic.length; i++) {
            if ((bytes[i] & 0xFF) != magic[i]) {
                return false;
            }
        }
        return true;
    }

    private static final class CountedInput extends java.io.FilterInputStream {
        private final java.util.function.LongConsumer count;

        CountedInput(InputStream in, java.util.function.LongConsumer count) {
            super(in);
            this.count = count;
        }

        @Override
        public int read() throws IOException {
            int read = in.read();
            count.accept(read < 0 ? 0 : 1);
            return read;
        }

        @Override
        public int read(byte[] into, int from, int length) throws IOException {
            int read = in.read(into, from, length);
            count.accept(Math.max(0, read));
            return read;
        }
    }
}
