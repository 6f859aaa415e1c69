package dev.herd.llama.weights;

/// How the frequencies of the rotary embedding are slowed for contexts longer than those first trained on.
public sealed interface RopeScaling {
    /// The tensor of a GGUF file that holds the divisors of [Factors].
    String FACTORS_TENSOR = "rope_freqs.weight";

    /// The frequencies stay as they are.
    record None() implements RopeScaling {}

    /// The rule of Llama 3.1: wavelengths below `originalContext / highFrequencyFactor` stay, those above
    /// `originalContext / lowFrequencyFactor` are stretched by `factor`, those between are blended.
    ///
    /// **Paper**: The Llama 3 Herd of Models (arXiv 2407.21783); the constants are those of the released
    /// checkpoints.
    record Llama3(double factor, double lowFrequencyFactor, double highFrequencyFactor, int originalContext)
            implements RopeScaling {
        public Llama3 {
            if (!(factor >= 1) || Double.isInfinite(factor)) {
                throw new IllegalArgumentException("the factor of the rope scaling must be at least 1, got " + factor);
            }
            if (!(lowFrequencyFactor > 0)
                    || !(highFrequencyFactor > lowFrequencyFactor)
                    || Double.isInfinite(highFrequencyFactor)) {
                throw new IllegalArgumentException("the rope scaling needs 0 < low < high frequency factor, got "
                        + lowFrequencyFactor + " and " + highFrequencyFactor);
            }
            if (originalContext < 1) {
                throw new IllegalArgumentException(
                        "the original context of the rope scaling must be positive, got " + originalContext);
            }
        }
    }

    /// Each frequency is divided by a number of its own, as GGUF files store it in the tensor
    /// [#FACTORS_TENSOR].
    record Factors(float[] divisors) implements RopeScaling {
        public Factors {
            divisors = divisors.clone();
            for (int i = 0; i < divisors.length; i++) {
                if (!(divisors[i] > 0) || Float.isInfinite(divisors[i])) {
                    throw new IllegalArgumentException(
                            "rope divisor " + i + " must be positive and finite, got " + divisors[i]);
                }
            }
        }

        @Override
        public float[] divisors() {
            return divisors.clone();
        }
    }

    /// What frequency `index`, which is `frequency` before scaling, is divided by.
    default double divisor(int index, double frequency) {
        return switch (this) {
            case None _ -> 1;
            case Factors factors -> factors.divisors[index];
            case Llama3 rule -> {
                double wavelength = 2 * Math.PI / frequency;
                if (wavelength < rule.originalContext / rule.highFrequencyFactor) {
                    yield 1;
                }
                if (wavelength > rule.originalContext / rule.lowFrequencyFactor) {
                    yield rule.factor;
                }
                double kept = (rule.originalContext / wavelength - rule.lowFrequencyFactor)
                        / (rule.highFrequencyFactor - rule.lowFrequencyFactor);
                yield 1 / ((1 - kept) / rule.factor + kept);
            }
        };
    }
}
