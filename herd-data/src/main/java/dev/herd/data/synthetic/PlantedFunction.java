package dev.herd.data.synthetic;

import dev.herd.numerics.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/// The logit of a click: a sum of products of traits, `sum over S of amplitude(S) * product over f in S of
/// factor(f)`. Beyond rank 1 the features of S meet in pairs, and the factor of a pair is the inner
/// product of `rank` traits of both over the root of the rank.
///
/// Where ids are equally popular, factors have mean 0 and variance 1 and are independent: the products are
/// uncorrelated with each other and with every function of fewer of their features, and the logit's
/// variance is the sum of the squared amplitudes. Under Zipf's law both hold up to a remainder, since the
/// most popular id outweighs the neighbor that carries the opposite trait.
final class PlantedFunction {
    private static final int MOST_HANDS = 100;

    private final List<Interaction> interactions;
    private final List<Traits> traits;
    private final int traitCount;

    private PlantedFunction(List<Interaction> interactions, List<Traits> traits, int traitCount) {
        this.interactions = List.copyOf(interactions);
        this.traitCount = traitCount;
        this.traits = List.copyOf(traits);
    }

    /// One product.
    ///
    /// @param columns the features in it, each once
    /// @param traits which trait of each; the first of `rank` consecutive ones
    record Interaction(int[] columns, int[] traits, int rank, double amplitude) {}

    /// @param traits of every column
    static PlantedFunction of(PlantedLabel label, List<Traits> traits, long seed) {
        double shares = label.shares();
        List<Interaction> interactions = new ArrayList<>();
        for (PlantedLabel.Interactions group : label.interactions()) {
            double amplitude = label.signal() * Math.sqrt(group.share() / shares / group.count());
            interactions.addAll(
                    group.nested()
                            ? nested(group, amplitude, interactions, seed)
                            : dealt(group, amplitude, traits.size(), label.traits(), seed));
        }
        return new PlantedFunction(interactions, traits, label.traits());
    }

    private static List<Interaction> dealt(
            PlantedLabel.Interactions group, double amplitude, int columns, int traits, long seed) {
        Deck deck = new Deck(columns, CounterRandom.bits(seed, 0, group.order()));
        List<Interaction> dealt = new ArrayList<>();
        for (int i = 0; i < group.count(); i++) {
            int[] hand = deck.hand(group.order());
            int[] chosen = new int[hand.length];
            for (int j = 0; j < chosen.length; j++) {
                long draw = (long) PlantedLabel.Interactions.MAX_ORDER * i + j;
                chosen[j] = (int) CounterRandom.below(seed, group.order(), draw, traits);
            }
            dealt.add(new Interaction(hand, chosen, group.rank(), amplitude));
        }
        return dealt;
    }

    /// Products of two planted products each, which share no feature.
    private static List<Interaction> nested(
            PlantedLabel.Interactions group, double amplitude, List<Interaction> planted, long seed) {
        List<Interaction> halves = planted.stream()
                .filter(interaction -> 2 * interaction.columns().length == group.order())
                .toList();
        List<Interaction> products = new ArrayList<>();
        if (halves.size() > 1) {
            Deck deck = new Deck(halves.size(), CounterRandom.bits(seed, 1, group.order()));
            for (int hands = 0; products.size() < group.count() && hands < MOST_HANDS * group.count(); hands++) {
                int[] pair = deck.hand(2);
                Interaction one = halves.get(pair[0]);
                Interaction other = halves.get(pair[1]);
                if (Collections.disjoint(ids(one.columns()), ids(other.columns()))) {
                    products.add(new Interaction(
                            joined(one.columns(), other.columns()),
                            joined(one.traits(), other.traits()),
                            one.rank(),
                            amplitude));
                }
            }
        }
        if (products.size() < group.count()) {
            throw new IllegalArgumentException("nested interactions of order " + group.order() + " need pairs of"
                    + " products of order " + group.order() / 2 + " without a common feature in earlier entries; found "
                    + products.size() + " of " + group.count());
        }
        return products;
    }

    private static List<Integer> ids(int[] columns) {
        return Arrays.stream(columns).boxed().toList();
    }

    private static int[] joined(int[] one, int[] other) {
        return IntStream.concat(Arrays.stream(one), Arrays.stream(other)).toArray();
    }

    List<Interaction> interactions() {
        return interactions;
    }

    /// The logits of a block's rows, without the bias.
    double[] logits(List<ColumnValues> values, Sessions sessions) {
        Factors factors = new Factors(values, sessions);
        double[] logits = new double[sessions.size()];
        for (Interaction interaction : interactions) {
            double[] product = new double[logits.length];
            Arrays.fill(product, interaction.amplitude());
            int order = interaction.columns().length;
            for (int i = 0; i + 1 < order; i += 2) {
                multiply(product, factors.inner(interaction, i));
            }
            if (order % 2 == 1) {
                multiply(
                        product,
                        factors.of(interaction.columns()[order - 1], interaction.traits()[order - 1]));
            }
            for (int row = 0; row < logits.length; row++) {
                logits[row] += product[row];
            }
        }
        return logits;
    }

    /// What the columns of one block put into products, computed once.
    private final class Factors {
        private final List<ColumnValues> values;
        private final Sessions sessions;
        private final double[][][] made = new double[traits.size()][PlantedLabel.MAX_TRAITS][];

        Factors(List<ColumnValues> values, Sessions sessions) {
            this.values = values;
            this.sessions = sessions;
        }

        double[] of(int column, int trait) {
            if (made[column][trait] == null) {
                made[column][trait] = traits.get(column).factors(values.get(column), trait, sessions);
            }
            return made[column][trait];
        }

        /// The inner product of two neighboring features over `rank` traits, with variance 1.
        double[] inner(Interaction interaction, int first) {
            double[] sum = new double[sessions.size()];
            double scale = 1 / Math.sqrt(interaction.rank());
            for (int t = 0; t < interaction.rank(); t++) {
                double[] left = of(interaction.columns()[first], (interaction.traits()[first] + t) % traitCount);
                double[] right =
                        of(interaction.columns()[first + 1], (interaction.traits()[first + 1] + t) % traitCount);
                for (int row = 0; row < sum.length; row++) {
                    sum[row] += scale * left[row] * right[row];
                }
            }
            return sum;
        }
    }

    private static void multiply(double[] product, double[] factor) {
        for (int row = 0; row < product.length; row++) {
            product[row] *= factor[row];
        }
    }

    /// Deals features so that all of them come up equally often: a shuffled deck is used up before the
    /// next one.
    private static final class Deck {
        private final List<Integer> left = new ArrayList<>();
        private final int features;
        private final long seed;
        private long shuffles;

        Deck(int features, long seed) {
            this.features = features;
            this.seed = seed;
        }

        /// The next `size` features, all different; those that would come twice stay for the next hand.
        int[] hand(int size) {
            List<Integer> hand = new ArrayList<>();
            for (int i = 0; hand.size() < size; i++) {
                if (i == left.size()) {
                    shuffleAnother();
                }
                if (!hand.contains(left.get(i))) {
                    hand.add(left.remove(i--));
                }
            }
            return hand.stream().mapToInt(Integer::intValue).sorted().toArray();
        }

        private void shuffleAnother() {
            List<Integer> deck = new ArrayList<>();
            for (int feature = 0; feature < features; feature++) {
                deck.add((int) CounterRandom.below(seed, shuffles, feature, feature + 1), feature);
            }
            left.addAll(deck);
            shuffles++;
        }
    }
}
