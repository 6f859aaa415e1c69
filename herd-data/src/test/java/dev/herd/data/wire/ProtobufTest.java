package dev.herd.data.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProtobufTest {
    @Test
    void fieldsHaveTheBytesOfThePublishedExamples() {
        assertThat(new Protobuf().integer(1, 150).toBytes()).containsExactly(0x08, 0x96, 0x01);
        assertThat(new Protobuf().text(2, "testing").toBytes())
                .containsExactly(0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67);
        assertThat(new Protobuf().message(3, new Protobuf().integer(1, 150)).toBytes())
                .containsExactly(0x1a, 0x03, 0x08, 0x96, 0x01);
        assertThat(new Protobuf().integer(1, -2).toBytes())
                .containsExactly(0x08, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01);
        assertThat(new Protobuf().real(1, 1.0f).real(2, 1.0).toBytes())
                .containsExactly(0x0d, 0, 0, 0x80, 0x3f, 0x11, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f);
    }

    @Test
    void largeArraysNestedInMessagesAreWrittenInPlaceAndCounted() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            byte[] large = new byte[10_000];
            new Random(1).nextBytes(large);
            MemorySegment outside = arena.allocateFrom(ValueLayout.JAVA_BYTE, large);
            Protobuf inner = new Protobuf().integer(1, 7).bytes(9, outside).text(8, "w");
            Protobuf outer = new Protobuf().message(5, inner).message(5, inner).integer(2, 1);

            ByteArrayOutputStream written = new ByteArrayOutputStream();
            outer.writeTo(Channels.newChannel(written));

            int one = 2 + 1 + 2 + large.length + 3;
            assertThat(inner.size()).isEqualTo(one);
            assertThat(outer.size()).isEqualTo(2 * (1 + 2 + one) + 2).isEqualTo(written.size());
            assertThat(written.toByteArray()).isEqualTo(outer.toBytes());
            byte[] second = Arrays.copyOfRange(written.toByteArray(), 3 + one + 3, 3 + one + 3 + one);
            assertThat(second).startsWith(0x08, 0x07, 0x4a).endsWith(0x42, 0x01, 'w');
            assertThat(Arrays.copyOfRange(second, 5, 5 + large.length)).isEqualTo(large);
        }
    }
}
