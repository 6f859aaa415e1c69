package dev.herd.train.metric;

import java.util.Random;

/// Random rows for tests: scores with ties, labels that depend on them, groups of different sizes.
record Scored(float[] scores, float[] labels, long[] groups) {
    static Scored random(long seed, int rows, int distinctScores) {
        Random random = new Random(seed);
        float[] scores = new float[rows];
        float[] labels = new float[rows];
        long[] groups = new long[rows];
        for (int i = 0; i < rows; i++) {
            scores[i] = (random.nextInt(distinctScores) - distinctScores / 2) * 4f / distinctScores;
            labels[i] = random.nextDouble() < 1 / (1 + Math.exp(1 - scores[i])) ? 1 : 0;
            double u = random.nextDouble();
            groups[i] = (long) (u * u * rows / 8) * 1_000_003L - 77;
        }
        return new Scored(scores, labels, groups);
    }

    int size() {
        return scores.length;
    }

    Scored shuffled(long seed) {
        Random random = new Random(seed);
        Scored copy = new Scored(scores.clone(), labels.clone(), groups.clone());
        for (int i = size() - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            swap(copy.scores, i, j);
            swap(copy.labels, i, j);
            long group = copy.groups[i];
            copy.groups[i] = copy.groups[j];
            copy.groups[j] = group;
        }
        return copy;
    }

    double aucOfAllPairs() {
        double wins = 0;
        double pairs = 0;
        for (int i = 0; i < size(); i++) {
            for (int j = 0; j < size(); j++) {
                if (labels[i] == 1 && labels[j] == 0) {
                    wins += scores[i] > scores[j] ? 1 : scores[i] == scores[j] ? 0.5 : 0;
                    pairs++;
                }
            }
        }
        return wins / pairs;
    }

    private static void swap(float[] values, int i, int j) {
        float value = values[i];
        values[i] = values[j];
        values[j] = value;
    }
}
