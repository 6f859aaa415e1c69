package dev.herd.llama.batching;

import static org.assertj.core.api.Assertions.assertThat;

import dev.herd.llama.Request;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who is computed when, step by step and without threads.
class ScheduleTest {
    /// A schedule that is worked by hand.
    private record Trial(GoldenModel model, Tally tally, Schedule schedule) implements AutoCloseable {
        static Trial of(int pages, BatchingOptions options) {
            GoldenModel model = GoldenModel.open(pages, options);
            Tally tally = new Tally();
            return new Trial(model, tally, new Schedule(model.engine(), options, tally));
        }

        Reply add(int[] prompt, int tokens) {
            Reply reply = new Reply();
            schedule.add(new TextJob(model.tokenizer(), Ask.of(prompt, Request.greedy(tokens)), reply, 0));
            return reply;
        }

        void finish() {
            while (!schedule.idle()) {
                step();
            }
        }

        void step() {
            schedule.step();
            schedule.takeEnded().forEach(Job::tell);
        }

        Figures figures() {
            return tally.figures(schedule, model.engine());
        }

        @Override
        public void close() {
            model.close();
        }
    }

    private static List<Integer> tokens(Reply reply) throws InterruptedException {
        List<Integer> tokens = new ArrayList<>();
        for (var piece = reply.next(); piece.isPresent(); piece = reply.next()) {
            tokens.add(piece.get().token());
        }
        return tokens;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16, 50, 200})
    void whatIsWrittenTogetherIsWhatIsWrittenAlone(int prefill) throws InterruptedException {
        try (Trial trial = Trial.of(40, new BatchingOptions(8, 0, prefill))) {
            List<int[]> prompts = new ArrayList<>();
            List<Reply> replies = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                prompts.add(GoldenModel.tokens(i == 3 ? 90 : 3 + 5 * i, i));
                replies.add(trial.add(prompts.get(i), 5));
            }
            trial.finish();
            for (int i = 0; i < prompts.size(); i++) {
                List<Integer> written = tokens(replies.get(i));
                assertThat(written).isNotEmpty();
                assertThat(trial.model().alone(prompts.get(i), written.size())).isEqualTo(written);
            }
            assertThat(trial.figures().freePages()).isEqualTo(40);
        }
    }

    @Test
    void aBeginningThatAnotherTextHadIsNotComputedAgainAndChangesNothing() throws InterruptedException {
        try (Trial trial = Trial.of(40, BatchingOptions.defaults())) {
            int[] first = GoldenModel.tokens(140, 1);
            int[] second = GoldenModel.tokens(160, 2);
            System.arraycopy(first, 0, second, 0, 130);
            trial.add(first, 5);
            trial.finish();
            Reply reply = trial.add(second, 5);
            trial.finish();
            assertThat(reply.outcome().reusedTokens()).isEqualTo(128);
            assertThat(trial.figures().reusedTokens()).isEqualTo(128);
            assertThat(trial.figures().promptTokens()).isEqualTo(140 + 32);
            List<Integer> written = tokens(reply);
            assertThat(trial.model().alone(second, written.size())).isEqualTo(written);
        }
    }

    @Test
    void aTextStartsOnlyWhenAllOfItHasRoomAndNobodyIsOvertaken() {
        try (Trial trial = Trial.of(4, BatchingOptions.defaults())) {
            trial.add(GoldenModel.tokens(100, 1), 90);
            Reply large = trial.add(GoldenModel.tokens(10, 2), 120);
            Reply small = trial.add(GoldenModel.tokens(3, 3), 2);
            trial.step();
            assertThat(trial.figures().running())
                    .as("three of four pages are promised")
                    .isOne();
            assertThat(trial.figures().waiting()).isEqualTo(2);
            trial.finish();
            assertThat(large.outcome().tokens()).isPositive();
            assertThat(small.outcome().tokens()).isPositive();
            assertThat(trial.figures().freePages()).isEqualTo(4);
        }
    }

    @Test
    void aLongPromptHoldsUpNeitherThoseWhoWriteNorAShortPrompt() throws InterruptedException {
        try (Trial trial = Trial.of(40, new BatchingOptions(4, 0, 32))) {
            Reply writing = trial.add(GoldenModel.tokens(8, 1), 60);
            trial.step();
            trial.add(GoldenModel.tokens(800, 2), 1);
            Reply brief = trial.add(GoldenModel.tokens(8, 3), 1);
            trial.step();
            assertThat(brief.next()).as("the two prompts share the step").isPresent();
            for (int i = 0; i < 10; i++) {
                trial.step();
            }
            assertThat(trial.figures().tokens())
                    .as("one token a step, whatever else is read")
                    .isEqualTo(1 + 1 + 1 + 10);
            assertThat(trial.figures().promptTokens()).isEqualTo(8 + 11 * 32);
            writing.close();
        }
    }

    @Test
    void endingEarlyGivesBackThePagesOfThoseWhoWaitReadAndWrite() {
        try (Trial trial = Trial.of(12, new BatchingOptions(2, 0, 16))) {
            List<Reply> replies = List.of(
                    trial.add(GoldenModel.tokens(5, 1), 50),
                    trial.add(GoldenModel.tokens(300, 2), 50),
                    trial.add(new int[] {7}, 9));
            trial.step();
            trial.step();
            replies.forEach(Reply::close);
            trial.step();
            assertThat(trial.schedule().idle()).isTrue();
            assertThat(trial.figures().freePages()).isEqualTo(12);
            assertThat(trial.figures().cancelled()).isEqualTo(3);
            assertThat(replies.get(2).outcome().tokens()).isZero();
        }
    }
}
