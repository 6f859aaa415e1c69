package dev.herd.serve.llm;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A client like any other.
record Client(HttpClient http, int port) implements AutoCloseable {
    static Client of(LlamaServer server) {
        return new Client(HttpClient.newHttpClient(), server.port());
    }

    HttpRequest.Builder to(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    HttpRequest post(String path, byte[] body) {
        return to(path).header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body))
                .build();
    }

    HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    HttpResponse<String> send(String path, String body) throws IOException, InterruptedException {
        return send(post(path, body.getBytes(StandardCharsets.UTF_8)));
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(to(path).build());
    }

    /// The answer to a request that succeeds.
    JsonNode ask(String path, String body) throws IOException, InterruptedException {
        HttpResponse<String> response = send(path, body);
        if (response.statusCode() != 200) {
            throw new AssertionError(response.statusCode() + " " + response.body());
        }
        return JsonMapper.shared().readTree(response.body());
    }

    /// The events of a streamed answer as they come, unread.
    HttpResponse<Stream<String>> stream(String path, String body) throws IOException, InterruptedException {
        return http.send(post(path, body.getBytes(StandardCharsets.UTF_8)), BodyHandlers.ofLines());
    }

    /// The data of all events of a streamed answer.
    List<String> events(String path, String body) throws IOException, InterruptedException {
        try (Stream<String> lines = stream(path, body).body()) {
            return lines.filter(line -> line.startsWith("data: "))
                    .map(line -> line.substring("data: ".length()))
                    .toList();
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
