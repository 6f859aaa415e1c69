package dev.herd.serve.llm;

import dev.herd.llama.batching.Figures;
import dev.herd.llama.batching.Outcome;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;

/// What is counted, in the text form that Prometheus reads.
final class Metrics {
    static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private static final double[] BOUNDS = {0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};

    private final Map<String, LongAdder> answers = new ConcurrentSkipListMap<>();
    private final LongAdder disconnects = new LongAdder();
    private final LongAdder[] firstTokens = new LongAdder[BOUNDS.length + 1];
    private final DoubleAdder firstTokenSeconds = new DoubleAdder();

    Metrics() {
        Arrays.setAll(firstTokens, i -> new LongAdder());
    }

    /// @param route a path that exists, so that what clients invent makes no new lines
    void answered(String route, int status) {
        String labels = "route=\"" + route + "\",status=\"" + status + "\"";
        answers.computeIfAbsent(labels, _ -> new LongAdder()).increment();
    }

    void disconnected() {
        disconnects.increment();
    }

    void ended(Outcome outcome) {
        if (outcome.tokens() == 0) {
            return;
        }
        int bucket = 0;
        while (bucket < BOUNDS.length && outcome.firstSeconds() > BOUNDS[bucket]) {
            bucket++;
        }
        firstTokens[bucket].increment();
        firstTokenSeconds.add(outcome.firstSeconds());
    }

    String page(Figures figures) {
        Page page = new Page(new StringBuilder());
        page.gauge("herd_llm_waiting", "Requests whose turn has not come.", figures.waiting());
        page.gauge("herd_llm_running", "Texts being written.", figures.running());
        page.gauge("herd_llm_pages", "Pages of keys and values.", figures.pages());
        page.gauge("herd_llm_pages_free", "Pages that new tokens can take.", figures.freePages());
        page.gauge("herd_llm_pages_remembered", "Pages kept for texts that begin alike.", figures.rememberedPages());
        page.gauge("herd_llm_tokens_per_second", "Tokens written a second, lately.", figures.tokensPerSecond());
        page.counter("herd_llm_requests_total", "Texts asked for and taken.", figures.requests());
        page.counter("herd_llm_refused_total", "Texts not taken.", figures.refused());
        page.counter("herd_llm_finished_total", "Texts that came to their end.", figures.finished());
        page.counter("herd_llm_cancelled_total", "Texts nobody wanted any more.", figures.cancelled());
        page.counter("herd_llm_failed_total", "Texts the engine failed on.", figures.failed());
        page.counter("herd_llm_prompt_tokens_total", "Tokens of prompts computed.", figures.promptTokens());
        page.counter("herd_llm_reused_tokens_total", "Tokens of prompts known before.", figures.reusedTokens());
        page.counter("herd_llm_tokens_total", "Tokens written.", figures.tokens());
        page.counter("herd_llm_guesses_total", "Guessed tokens checked, in texts that have ended.", figures.guesses());
        page.counter("herd_llm_right_guesses_total", "Guessed tokens that were written.", figures.rightGuesses());
        page.counter("herd_llm_steps_total", "Steps of the engine.", figures.steps());
        page.counter("herd_http_disconnects_total", "Clients that left before the end.", disconnects.sum());
        page.head("herd_http_requests_total", "counter", "Requests answered.");
        answers.forEach((labels, count) -> page.line("herd_http_requests_total{" + labels + "}", count.sum()));
        firstTokens(page);
        return page.text.toString();
    }

    private void firstTokens(Page page) {
        page.head("herd_llm_first_token_seconds", "histogram", "From the request to the first token.");
        long total = 0;
        for (int i = 0; i < firstTokens.length; i++) {
            total += firstTokens[i].sum();
            String bound = i < BOUNDS.length ? String.valueOf(BOUNDS[i]) : "+Inf";
            page.line("herd_llm_first_token_seconds_bucket{le=\"" + bound + "\"}", total);
        }
        page.line("herd_llm_first_token_seconds_sum", firstTokenSeconds.sum());
        page.line("herd_llm_first_token_seconds_count", total);
    }

    /// Lines of the page.
    private record Page(StringBuilder text) {
        void gauge(String name, String help, double value) {
            head(name, "gauge", help);
            line(name, value);
        }

        void counter(String name, String help, long value) {
            head(name, "counter", help);
            line(name, value);
        }

        void head(String name, String type, String help) {
            text.append("# HELP ").append(name).append(' ').append(help).append('\n');
            text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
        }

        void line(String name, double value) {
            text.append(name).append(' ');
            text.append(value == Math.rint(value) ? String.valueOf((long) value) : String.valueOf(value));
            text.append('\n');
        }
    }
}
