package dev.herd.serve.llm;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/// One HTTP request and the answer to it.
final class Call implements AutoCloseable {
    static final String JSON = "application/json";
    static final String EVENTS = "text/event-stream";
    /// Before an answer has been begun.
    static final int NO_STATUS = 0;

    private final HttpExchange exchange;
    private int status = NO_STATUS;

    Call(HttpExchange exchange) {
        this.exchange = exchange;
    }

    String method() {
        return exchange.getRequestMethod();
    }

    String path() {
        return exchange.getRequestURI().getPath();
    }

    int status() {
        return status;
    }

    /// The parameters in the body.
    ///
    /// **Throws** [Problem] for a body that is not JSON or has more than `most` bytes.
    Fields fields(int most) throws IOException {
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (type == null || !type.split(";", 2)[0].strip().equalsIgnoreCase(JSON)) {
            throw new Problem(Problem.Kind.NOT_JSON, "send the header Content-Type: " + JSON + ", got " + type);
        }
        try (InputStream in = exchange.getRequestBody()) {
            byte[] body = in.readNBytes(most + 1);
            if (body.length > most) {
                throw new Problem(Problem.Kind.TOO_LARGE, "the body has more than " + most + " bytes");
            }
            return new Fields(Wire.object(body));
        }
    }

    void send(int code, Object value) throws IOException {
        send(code, JSON, Wire.bytes(value));
    }

    void send(int code, String type, String text) throws IOException {
        send(code, type, text.getBytes(StandardCharsets.UTF_8));
    }

    void send(int code, String type, byte[] body) throws IOException {
        header("Content-Type", type);
        status = code;
        boolean bodiless = method().equals("HEAD");
        exchange.sendResponseHeaders(code, bodiless ? -1 : body.length);
        if (!bodiless) {
            exchange.getResponseBody().write(body);
        }
    }

    void header(String name, String value) {
        exchange.getResponseHeaders().set(name, value);
    }

    /// Begins an answer that comes in events.
    EventStream events() throws IOException {
        header("Content-Type", EVENTS);
        header("Cache-Control", "no-cache");
        status = 200;
        exchange.sendResponseHeaders(status, 0);
        return new EventStream(exchange.getResponseBody());
    }

    @Override
    public void close() {
        exchange.close();
    }
}
