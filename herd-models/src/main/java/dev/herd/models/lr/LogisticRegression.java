package dev.herd.models.lr;

import dev.herd.data.FeatureSchema;
import dev.herd.models.EmbeddingGroup;
import dev.herd.models.ModelFactory;
import dev.herd.models.RankingModel;
import dev.herd.nn.Parameters;
import java.util.List;

/// Logistic regression: the baseline that knows no interactions.
public final class LogisticRegression implements ModelFactory<LogisticRegression.Config> {
    /// Nothing to choose.
    public record Config() {
        public static Config defaults() {
            return new Config();
        }
    }

    @Override
    public String name() {
        return "lr";
    }

    @Override
    public String summary() {
        return "Logistic regression: one weight per id and numeric input, no interactions.";
    }

    @Override
    public String paper() {
        return "Richardson, Dominowska, Ragno: Predicting Clicks: Estimating the Click-Through Rate for New Ads,"
                + " WWW 2007";
    }

    @Override
    public Config defaults() {
        return Config.defaults();
    }

    @Override
    public List<EmbeddingGroup> embeddings(Config config, FeatureSchema schema) {
        return LinearTerm.groups(schema);
    }

    @Override
    public RankingModel create(Config config, FeatureSchema schema, Parameters.Scope parameters) {
        return LinearTerm.create(parameters, schema)::forward;
    }
}
