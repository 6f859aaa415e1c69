package dev.herd.llama.batching;

import dev.herd.llama.engine.Sampler;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One token of a text as it is written.
///
/// @param text that is certain with this token, often empty
/// @param odds how likely it was, where that was asked
public record Piece(int token, String text, Optional<Odds> odds) {
    /// Natural logarithms of probabilities, before the settings of the sampling.
    ///
    /// @param likely the likeliest tokens, in falling order
    public record Odds(double logProbability, List<Likely> likely) {
        public Odds {
            likely = List.copyOf(likely);
        }

        static Odds of(float[] logits, int token, int count) {
            double total = Sampler.logTotal(logits);
            List<Likely> likely = new ArrayList<>();
            for (int id : likeliest(logits, Math.min(count, logits.length))) {
                likely.add(new Likely(id, logits[id] - total));
            }
            return new Odds(logits[token] - total, likely);
        }

        /// By insertion: `count` is small. Of equals the lower id comes first.
        private static int[] likeliest(float[] logits, int count) {
            int[] best = new int[count];
            int filled = 0;
            for (int id = 0; id < logits.length && count > 0; id++) {
                if (filled == count && logits[id] <= logits[best[count - 1]]) {
                    continue;
                }
                filled = Math.min(filled + 1, count);
                int at = filled - 1;
                for (; at > 0 && logits[id] > logits[best[at - 1]]; at--) {
                    best[at] = best[at - 1];
                }
                best[at] = id;
            }
            return best;
        }
    }

    /// A token and the natural logarithm of its probability.
    public record Likely(int token, double logProbability) {}
}
