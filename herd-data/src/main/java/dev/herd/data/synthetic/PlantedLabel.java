package dev.herd.data.synthetic;

import dev.herd.data.config.Doc;
import java.util.List;

/// How the click probability depends on the row.
public record PlantedLabel(
        @Doc("mean click probability; met by the log to about one percent of it")
        double clickRate,

        @Doc("standard deviation of the logit over rows; the larger, the lower the best possible loss")
        double signal,

        @Doc("hidden traits of every feature value among which interactions choose")
        int traits,

        @Doc("products of traits that make up the logit") List<Interactions> interactions,

        @Doc("share of labels that are drawn from the click rate alone, whatever the row holds")
        double noise,

        @Doc("radians a day by which the traits turn into other, independent ones; 0 for a log that does not drift")
        double drift,

        @Doc("what the history says of the item that a row shows; needs features.history")
        Interest interest) {
    static final int MAX_TRAITS = 8;

    public static PlantedLabel defaults() {
        return new PlantedLabel(
                0.25,
                3,
                4,
                List.of(
                        new Interactions(1, 13, 0.2),
                        new Interactions(2, 5, 0.6, 4, false),
                        new Interactions(4, 2, 0.2, 1, true)),
                0,
                0,
                Interest.defaults());
    }

    /// A term of the logit that only single items of the history carry: items fall into kinds, and a click
    /// is the likelier the more items of the history are of the shown item's kind. The sum of a history's
    /// embeddings does not tell how many are of each kind unless it has as many columns as there are kinds.
    public record Interest(
            @Doc("number of kinds that items fall into, evenly by popularity")
            int kinds,

            @Doc("part of the logit's variance, relative to the shares of the interactions; 0 for none")
            double share) {
        public static Interest defaults() {
            return new Interest(20, 0);
        }

        public Interest {
            if (kinds < 2) {
                throw new IllegalArgumentException("interest needs at least 2 kinds, got " + kinds);
            }
            if (!(share >= 0 && share < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("share must be a number from 0 on, got " + share);
            }
        }
    }

    /// The sum of all shares.
    double shares() {
        return interest.share()
                + interactions.stream().mapToDouble(Interactions::share).sum();
    }

    /// The factor of the interest's standardized term in the logit.
    double interestAmplitude() {
        return signal * Math.sqrt(interest.share() / shares());
    }

    public PlantedLabel {
        interactions = List.copyOf(interactions);
        if (!(clickRate > 0 && clickRate < 1)) {
            throw new IllegalArgumentException("click_rate must lie between 0 and 1, got " + clickRate);
        }
        if (!(signal >= 0 && signal <= 20)) {
            throw new IllegalArgumentException("signal must lie in [0, 20], got " + signal);
        }
        if (traits < 1 || traits > MAX_TRAITS) {
            throw new IllegalArgumentException("traits must lie in [1, " + MAX_TRAITS + "], got " + traits);
        }
        if (!(noise >= 0 && noise <= 1)) {
            throw new IllegalArgumentException("noise is a share and must lie in [0, 1], got " + noise);
        }
        if (!(drift >= 0 && drift <= 100)) {
            throw new IllegalArgumentException("drift must lie in [0, 100] radians a day, got " + drift);
        }
        for (Interactions group : interactions) {
            if (group.rank() > traits) {
                throw new IllegalArgumentException(
                        "interactions of rank " + group.rank() + " need as many `traits`, there are " + traits);
            }
        }
        double shares = interactions.stream().mapToDouble(Interactions::share).sum();
        if (!(shares + interest.share() > 0)) {
            throw new IllegalArgumentException("interactions need shares above 0, they add up to " + shares);
        }
    }

    /// Products of the traits of `order` different features each.
    public record Interactions(
            @Doc("number of features in each product, 1 to 8; 1 makes main effects")
            int order,

            @Doc("number of products; features are dealt out so that all take part equally often")
            int count,

            @Doc("their part of the logit's variance, relative to the other entries")
            double share,

            @Doc("traits whose products are summed: features meet in pairs by inner products of so many traits")
            int rank,

            @Doc("whether each product is made of two products of half the order that an earlier entry planted")
            boolean nested) {
        static final int MAX_ORDER = 8;

        public static Interactions defaults() {
            return new Interactions(2, 1, 1);
        }

        /// Products of one trait of each feature.
        public Interactions(int order, int count, double share) {
            this(order, count, share, 1, false);
        }

        public Interactions {
            if (order < 1 || order > MAX_ORDER) {
                throw new IllegalArgumentException("order must lie in [1, " + MAX_ORDER + "], got " + order);
            }
            if (count < 1 || count > 100_000) {
                throw new IllegalArgumentException("count must lie in [1, 100000], got " + count);
            }
            if (!(share >= 0 && share < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("share must be a number from 0 on, got " + share);
            }
            if (rank < 1 || rank > MAX_TRAITS) {
                throw new IllegalArgumentException("rank must lie in [1, " + MAX_TRAITS + "], got " + rank);
            }
        }
    }
}
