package dev.herd.bench.llm;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Iterator;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// One client of the server under load: reads an answer to its end, or leaves in the middle.
record LoadClient(HttpClient http, int port, int number) {
    private static final String DATA = "data: ";
    private static final String DONE = "[DONE]";

    /// How reading ended.
    enum End {
        WHOLE,
        LEFT,
        FAILED
    }

    /// What was seen of an answer.
    ///
    /// @param longestGap seconds between two events
    record Seen(End end, int tokens, double firstSeconds, double longestGap, String text) {}

    /// The whole text, or what is wrong with it.
    String text(String question) throws InterruptedException {
        Seen seen = read(question, Integer.MAX_VALUE);
        return seen.end() + " " + seen.text();
    }

    /// Reads up to `most` tokens and leaves.
    Seen read(String question, int most) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/completions"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(question))
                .build();
        long start = System.nanoTime();
        try {
            HttpResponse<Stream<String>> response = http.send(request, BodyHandlers.ofLines());
            try (Stream<String> lines = response.body()) {
                return response.statusCode() == 200
                        ? follow(lines.iterator(), most, start)
                        : new Seen(End.FAILED, 0, 0, 0, "status " + response.statusCode());
            }
        } catch (IOException e) {
            return new Seen(End.FAILED, 0, 0, 0, String.valueOf(e.getMessage()));
        }
    }

    private static Seen follow(Iterator<String> lines, int most, long start) {
        StringBuilder text = new StringBuilder();
        End end = End.FAILED;
        int tokens = 0;
        long last = start;
        double first = 0;
        double gap = 0;
        while (end == End.FAILED && lines.hasNext()) {
            String line = lines.next();
            if (!line.startsWith(DATA)) {
                continue;
            }
            if (tokens >= most) {
                end = End.LEFT;
            } else if (line.equals(DATA + DONE)) {
                end = End.WHOLE;
            } else {
                long now = System.nanoTime();
                if (tokens++ == 0) {
                    first = (now - start) * 1e-9;
                } else {
                    gap = Math.max(gap, (now - last) * 1e-9);
                }
                last = now;
                JsonNode event = JsonMapper.shared().readTree(line.substring(DATA.length()));
                text.append(event.path("choices").path(0).path("text").asString(""));
            }
        }
        return new Seen(end, tokens, first, gap, text.toString());
    }
}
