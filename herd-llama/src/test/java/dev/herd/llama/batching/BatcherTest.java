package dev.herd.llama.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.llama.Completion.End;
import dev.herd.llama.Embedding;
import dev.herd.llama.Pooling;
import dev.herd.llama.Request;
import dev.herd.llama.batching.RefusedException.Reason;
import dev.herd.llama.engine.Sampling;
import dev.herd.numerics.CounterRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class BatcherTest {
    private static final int PAGES = 24;

    /// A batcher at work.
    private record Trial(GoldenModel model, Batcher batcher) implements AutoCloseable {
        static Trial of(BatchingOptions options) {
            GoldenModel model = GoldenModel.open(PAGES, options);
            return new Trial(model, Batcher.start(model.engine(), model.tokenizer(), options));
        }

        /// Reads `most` tokens and then loses interest.
        String read(int[] prompt, Request request, int most) throws InterruptedException {
            StringBuilder text = new StringBuilder();
            try (Reply reply = batcher.ask(Ask.of(prompt, request))) {
                for (int i = 0; i < most; i++) {
                    var piece = reply.next();
                    if (piece.isEmpty()) {
                        break;
                    }
                    text.append(piece.get().text());
                }
                reply.close();
                reply.outcome();
                return text.toString();
            }
        }

        @Override
        public void close() {
            batcher.close();
            model.close();
        }
    }

    private static Request sampled(int tokens, long seed) {
        return Request.greedy(tokens).withSampling(Sampling.of(1, seed).withTopP(0.9));
    }

    /// 18 texts of all lengths with common beginnings, a third of them left in the middle.
    @Test
    void whateverIsLeftInTheMiddleTheOthersAreWhatTheyAreAloneAndNoPageIsLost() throws Exception {
        try (Trial trial = Trial.of(new BatchingOptions(6, 64, 32))) {
            List<Callable<String>> reads = new ArrayList<>();
            List<Integer> whole = new ArrayList<>();
            for (int i = 0; i < 18; i++) {
                int[] prompt = GoldenModel.tokens(1 + (int) CounterRandom.below(3, 0, i, 100), i % 4);
                int most = i % 3 == 0 ? (int) CounterRandom.below(3, 1, i, 6) : Integer.MAX_VALUE;
                Request request = sampled(1 + (int) CounterRandom.below(3, 2, i, 12), i);
                reads.add(() -> trial.read(prompt, request, most));
                if (most == Integer.MAX_VALUE) {
                    whole.add(i);
                }
            }
            List<String> together = new ArrayList<>();
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (Future<String> read : threads.invokeAll(reads)) {
                    together.add(read.get());
                }
            }
            Figures figures = trial.batcher().figures();
            assertThat(figures.freePages()).isEqualTo(PAGES);
            assertThat(figures.finished() + figures.cancelled()).isEqualTo(18);
            assertThat(figures.running() + figures.waiting()).isZero();
            assertThat(figures.reusedTokens()).isPositive();
            for (int i : whole) {
                assertThat(reads.get(i).call()).isEqualTo(together.get(i));
            }
        }
    }

    @Test
    void whatWillNeverFitIsRefusedWithItsNumbers() {
        try (Trial trial = Trial.of(BatchingOptions.defaults())) {
            assertThatThrownBy(() -> trial.batcher().ask(Ask.of(new int[1500], Request.greedy(38))))
                    .isInstanceOfSatisfying(
                            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.TOO_LONG))
                    .hasMessage("the prompt of 1500 tokens and 38 more pass the 1536 positions that one text can take;"
                            + " shorten the prompt or ask for fewer tokens");
            assertThat(trial.batcher().figures().refused()).isOne();
        }
    }

    @Test
    void moreThanMayWaitAreRefusedUntilOneHasEnded() {
        try (Trial trial = Trial.of(new BatchingOptions(1, 1, 8))) {
            Request endless = Request.greedy(1000);
            try (Reply running = trial.batcher().ask(Ask.of(new int[] {1}, endless));
                    Reply waiting = trial.batcher().ask(Ask.of(new int[] {2}, endless))) {
                assertThatThrownBy(() -> trial.batcher().ask(Ask.of(new int[] {3}, endless)))
                        .isInstanceOfSatisfying(
                                RefusedException.class,
                                e -> assertThat(e.reason()).isEqualTo(Reason.QUEUE_FULL))
                        .hasMessageContaining("all 2 places are taken");
                waiting.close();
                waiting.outcome();
                try (Reply next = trial.batcher().ask(Ask.of(new int[] {3}, endless))) {
                    assertThat(next.closed()).isFalse();
                }
                assertThat(running.closed()).isFalse();
            }
        }
    }

    @Test
    void stoppingLetsTextsEndAndTakesNoMore() throws InterruptedException {
        try (Trial trial = Trial.of(BatchingOptions.defaults())) {
            Reply reply = trial.batcher().ask(Ask.of(new int[] {1, 2, 3}, Request.greedy(20)));
            assertThat(trial.batcher().stop(Duration.ofMinutes(5))).isTrue();
            assertThat(reply.outcome().end()).isIn(End.LENGTH, End.MARK);
            assertThatThrownBy(() -> trial.batcher().ask(Ask.of(new int[] {1}, Request.greedy(1))))
                    .isInstanceOfSatisfying(
                            RefusedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.STOPPING));
        }
    }

    @Test
    void closingEndsTextsWhereTheyAre() {
        try (Trial trial = Trial.of(BatchingOptions.defaults())) {
            Reply reply = trial.batcher().ask(Ask.of(new int[] {1, 2, 3}, Request.greedy(1500)));
            trial.batcher().close();
            assertThat(reply.outcome().end()).isEqualTo(End.INTERRUPTED);
            assertThat(trial.model().engine().freePages()).isEqualTo(PAGES);
        }
    }

    @Test
    void theLikeliestTokensAreToldInOrderWithTheOneChosen() throws InterruptedException {
        try (Trial trial = Trial.of(BatchingOptions.defaults())) {
            Ask ask = new Ask(new int[] {5, 6, 7}, Request.greedy(4), OptionalInt.of(3));
            try (Reply reply = trial.batcher().ask(ask)) {
                for (var piece = reply.next(); piece.isPresent(); piece = reply.next()) {
                    Piece.Odds odds = piece.get().odds().orElseThrow();
                    assertThat(odds.likely()).hasSize(3);
                    assertThat(odds.likely().getFirst())
                            .isEqualTo(new Piece.Likely(piece.get().token(), odds.logProbability()));
                    assertThat(odds.likely())
                            .isSortedAccordingTo((a, b) -> Double.compare(b.logProbability(), a.logProbability()));
                }
            }
        }
    }

    @Test
    void aFaultInOneTextEndsThatTextAlone() throws InterruptedException {
        try (Trial trial = Trial.of(BatchingOptions.defaults())) {
            Sampling impossible = Sampling.greedy().withBias(Map.of(1_999_999, 1.0));
            try (Reply sound = trial.batcher().ask(Ask.of(new int[] {1}, Request.greedy(30)));
                    Reply broken = trial.batcher()
                            .ask(Ask.of(new int[] {1}, Request.greedy(4).withSampling(impossible)))) {
                assertThat(broken.next()).isEmpty();
                assertThatThrownBy(broken::outcome).hasMessageContaining("the engine failed: ");
                assertThat(sound.outcome().tokens()).isPositive();
                assertThat(trial.batcher().figures().failed()).isOne();
                assertThat(trial.batcher().figures().freePages()).isEqualTo(PAGES);
            }
        }
    }

    @Test
    void aBrokenEngineKeepsNobodyWaiting() throws InterruptedException {
        GoldenModel model = GoldenModel.open(PAGES, BatchingOptions.defaults());
        model.engine().close();
        try (Batcher batcher = Batcher.start(model.engine(), model.tokenizer(), BatchingOptions.defaults());
                Reply reply = batcher.ask(Ask.of(new int[] {1}, Request.greedy(3)))) {
            assertThat(reply.next()).isEmpty();
            assertThatThrownBy(reply::outcome).isInstanceOf(IllegalStateException.class);
        }
        model.file().close();
    }

    @Test
    void vectorsReadBesideTextsAreThoseReadAlone() throws Exception {
        List<int[]> texts = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            texts.add(GoldenModel.tokens(1 + 40 * i, i));
        }
        List<float[]> alone = new ArrayList<>();
        try (Trial trial = Trial.of(BatchingOptions.defaults())) {
            for (int[] tokens : texts) {
                alone.add(trial.batcher().embed(tokens, Pooling.MEAN).get().vector());
            }
        }
        try (Trial trial = Trial.of(BatchingOptions.defaults().withPrefill(32));
                Reply reply = trial.batcher().ask(Ask.of(GoldenModel.tokens(200, 9), Request.greedy(40)))) {
            List<CompletableFuture<Embedding>> asked = new ArrayList<>();
            for (int[] tokens : texts) {
                asked.add(trial.batcher().embed(tokens, Pooling.MEAN));
            }
            CompletableFuture<Embedding> unwanted = trial.batcher().embed(texts.getLast(), Pooling.LAST);
            unwanted.cancel(false);
            for (int i = 0; i < texts.size(); i++) {
                assertThat(asked.get(i).get().vector()).isEqualTo(alone.get(i));
                assertThat(asked.get(i).get().tokens()).isEqualTo(texts.get(i).length);
            }
            assertThat(reply.outcome().end()).isIn(End.LENGTH, End.MARK);
            assertThatThrownBy(() -> trial.batcher().embed(new int[64 * PAGES + 1], Pooling.MEAN))
                    .isInstanceOfSatisfying(
                            RefusedException.class,
                            refusal -> assertThat(refusal.reason()).isEqualTo(Reason.TOO_LONG));
            assertThat(trial.batcher().stop(Duration.ofSeconds(60))).isTrue();
            assertThat(trial.batcher().figures().freePages()).isEqualTo(PAGES);
        }
    }

    @Test
    void textsThatAreGuessedAheadAreThoseThatAreNot() throws Exception {
        List<String> plain = guessed(0);
        assertThat(guessed(6)).isEqualTo(plain);
    }

    /// Texts that repeat themselves and ordinary ones, all at once.
    private static List<String> guessed(int guesses) throws Exception {
        List<String> texts = new ArrayList<>();
        try (Trial trial = Trial.of(BatchingOptions.defaults().withPrefill(24).withGuesses(guesses))) {
            List<Reply> replies = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                int[] prompt = new int[60];
                for (int j = 0; j < prompt.length; j++) {
                    prompt[j] = GoldenModel.tokens(60, i)[i % 2 == 0 ? j % 7 : j];
                }
                Request request = i % 3 == 0 ? sampled(40, i) : Request.greedy(40);
                replies.add(trial.batcher().ask(Ask.of(prompt, request)));
            }
            for (Reply reply : replies) {
                StringBuilder text = new StringBuilder();
                for (var piece = reply.next(); piece.isPresent(); piece = reply.next()) {
                    text.append(piece.get().token()).append(' ');
                }
                texts.add(text + reply.outcome().end().toString());
            }
            assertThat(trial.batcher().stop(Duration.ofSeconds(60))).isTrue();
            Figures figures = trial.batcher().figures();
            assertThat(figures.freePages()).isEqualTo(PAGES);
            assertThat(figures.guesses() > 0).isEqualTo(guesses > 0);
            assertThat(figures.rightGuesses()).isLessThanOrEqualTo(figures.guesses());
        }
        return texts;
    }
}
