package dev.herd.serve.llm;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// Server-sent events, each sent at once.
///
/// **Paper**: WHATWG HTML, section 9.2.
final class EventStream implements AutoCloseable {
    private final OutputStream out;

    EventStream(OutputStream out) {
        this.out = out;
    }

    void send(Object value) throws IOException {
        write("data: " + Wire.line(value));
    }

    /// The mark that clients take for the end.
    void done() throws IOException {
        write("data: [DONE]");
    }

    /// What clients pass over: it keeps the connection alive and finds out whether there still is one.
    void comment(String text) throws IOException {
        write(": " + text);
    }

    private void write(String event) throws IOException {
        out.write((event + "\n\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
