package dev.herd.serve.llm;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.herd.data.InputException;
import dev.herd.llama.batching.Figures;
import dev.herd.llama.chat.Conversation;
import dev.herd.serve.llm.Problem.Kind;
import dev.herd.serve.llm.Wire.Model;
import dev.herd.serve.llm.Wire.Models;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/// A Llama model behind HTTP.
///
/// ```java
/// try (ServedModel model = ServedModel.open(path, EngineOptions.defaults(), BatchingOptions.defaults());
///         LlamaServer server = LlamaServer.start(model, ServerOptions.defaults(), System.err::println)) {
///     Thread.sleep(Duration.ofDays(1));
/// }
/// ```
///
/// Events leave at once only with the property `sun.net.httpserver.nodelay`, which `bin/herd-jvm-options`
/// sets.
///
/// **Owner**: who starts it closes it, before the model.
public final class LlamaServer implements AutoCloseable {
    private static final String PAGE = "chat.html";
    /// The page is whole in itself: it loads nothing and talks to this server alone.
    private static final String PAGE_POLICY =
            "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'";
    private static final int BACKLOG = 128;

    private final ServedModel model;
    private final ServerOptions options;
    private final Consumer<String> trouble;
    private final Metrics metrics = new Metrics();
    private final Map<String, Route> routes = new TreeMap<>();
    private final long created = Instant.now().getEpochSecond();
    private final byte[] page;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer http;
    private volatile boolean stopping;

    /// What is done at a path.
    private record Route(String method, Handler handler) {}

    @FunctionalInterface
    private interface Handler {
        void handle(Call call) throws IOException, InterruptedException;
    }

    private LlamaServer(ServedModel model, ServerOptions options, Consumer<String> trouble) throws IOException {
        this.model = model;
        this.options = options;
        this.trouble = trouble;
        try (InputStream in = LlamaServer.class.getResourceAsStream(PAGE)) {
            page = Objects.requireNonNull(in, PAGE).readAllBytes();
        }
        routes.put("/", new Route("GET", this::page));
        routes.put("/health", new Route("GET", this::health));
        routes.put("/metrics", new Route("GET", call -> call.send(200, Metrics.TYPE, metrics.page(figures()))));
        routes.put("/v1/models", new Route("GET", call -> call.send(200, new Models("list", List.of(described())))));
        routes.put("/v1/chat/completions", new Route("POST", this::chat));
        routes.put("/v1/completions", new Route("POST", this::complete));
        routes.put("/v1/embeddings", new Route("POST", this::embed));
        http = HttpServer.create(new InetSocketAddress(options.host(), options.port()), BACKLOG);
        http.setExecutor(threads);
        http.createContext("/", this::serve);
    }

    /// Starts to listen.
    ///
    /// @param trouble is told of failures that are the server's own
    ///
    /// **Throws** `InputException` when it cannot listen there.
    public static LlamaServer start(ServedModel model, ServerOptions options, Consumer<String> trouble) {
        try {
            LlamaServer server = new LlamaServer(model, options, trouble);
            server.http.start();
            return server;
        } catch (IOException e) {
            throw new InputException(
                    "cannot listen on " + options.host() + ":" + options.port() + ": " + e.getMessage()
                            + "; choose another port or host",
                    e);
        }
    }

    /// The port it listens on.
    public int port() {
        return http.getAddress().getPort();
    }

    /// What the model is doing.
    public Figures figures() {
        return model.batcher().figures();
    }

    private void serve(HttpExchange exchange) {
        try (Call call = new Call(exchange)) {
            String path = call.path();
            boolean known = routes.containsKey(path) || path.startsWith("/v1/models/");
            answer(call);
            metrics.answered(known ? path.startsWith("/v1/models/") ? "/v1/models" : path : "other", call.status());
        } catch (IOException e) {
            metrics.disconnected();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void answer(Call call) throws IOException, InterruptedException {
        try {
            route(call).handle(call);
        } catch (Problem problem) {
            call.send(problem.kind().status(), problem.body());
        } catch (RuntimeException e) {
            trouble.accept("a request to " + call.path() + " failed: " + e);
            if (call.status() == Call.NO_STATUS) {
                Problem problem = new Problem(Kind.FAILED, "the server failed on this request");
                call.send(problem.kind().status(), problem.body());
            }
        }
    }

    private Handler route(Call call) {
        String path = call.path();
        if (path.startsWith("/v1/models/")) {
            return this::oneModel;
        }
        Route route = routes.get(path);
        if (route == null) {
            throw new Problem(Kind.NOT_FOUND, "there is nothing at " + path + "; there is " + routes.keySet());
        }
        boolean looks = call.method().equals("HEAD") && route.method().equals("GET");
        if (!looks && !call.method().equals(route.method())) {
            call.header("Allow", route.method());
            throw new Problem(Kind.WRONG_METHOD, path + " takes " + route.method() + ", not " + call.method());
        }
        return route.handler();
    }

    private void page(Call call) throws IOException {
        call.header("Content-Security-Policy", PAGE_POLICY);
        call.send(200, "text/html; charset=utf-8", page);
    }

    private void health(Call call) throws IOException {
        call.send(stopping ? 503 : 200, Map.of("status", stopping ? "stopping" : "ok"));
    }

    private Model described() {
        return new Model(model.name(), "model", created, "local");
    }

    private void oneModel(Call call) throws IOException {
        requireModel(call.path().substring("/v1/models/".length()));
        call.send(200, described());
    }

    private void requireModel(String name) {
        if (!name.equals(model.name())) {
            throw new Problem(Kind.NO_SUCH_MODEL, "there is no model '" + name + "'; there is '" + model.name() + "'");
        }
    }

    private void chat(Call call) throws IOException, InterruptedException {
        Fields fields = question(call);
        ChatQuestion chat = ChatQuestion.parse(fields, model, Conversation.today());
        Shape shape = new Shape.Chat(model.tokenizer(), TurnReader.of(chat.tools(), model.tokenizer()));
        new Writer(model, metrics, chat.question(), shape).answer(call);
    }

    private void complete(Call call) throws IOException, InterruptedException {
        Question question = TextQuestion.parse(question(call), model);
        new Writer(model, metrics, question, new Shape.Text(model.tokenizer())).answer(call);
    }

    private void embed(Call call) throws IOException, InterruptedException {
        call.send(200, EmbeddingQuestion.parse(question(call), model).answer(model));
    }

    private Fields question(Call call) throws IOException {
        Fields fields = call.fields(options.mostBytes());
        requireModel(fields.text("model").orElseThrow(() -> Problem.with("model", "must name a model of /v1/models")));
        return fields;
    }

    /// Takes no more texts and waits for those being written; false when some have not ended after
    /// `patience`.
    public boolean stop(Duration patience) throws InterruptedException {
        stopping = true;
        return model.batcher().stop(patience);
    }

    /// Ends all texts where they are, tells their clients, and listens no more.
    @Override
    public void close() {
        stopping = true;
        model.batcher().close();
        http.stop(1);
        threads.close();
    }
}
