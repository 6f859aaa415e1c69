package dev.herd.data.dedup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.herd.data.FeatureSchema;
import dev.herd.data.FeatureSchema.Arity;
import dev.herd.data.FeatureSchema.DenseFeature;
import dev.herd.data.FeatureSchema.SparseFeature;
import dev.herd.data.InputException;
import dev.herd.data.config.Config;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DedupGroupsTest {
    private static final FeatureSchema SCHEMA = new FeatureSchema(
            List.of("click"),
            List.of(new DenseFeature("price")),
            List.of(
                    new SparseFeature("user", Arity.SINGLE, 10, false),
                    new SparseFeature("history", Arity.SEQUENCE, 10, false)),
            "visit",
            "time",
            null);

    /// A configuration with the key.
    public record Holder(Deduplication deduplicate) {
        public static Holder defaults() {
            return new Holder(new Deduplication.None());
        }
    }

    private static Deduplication parsed(String yaml) {
        return Config.parse(yaml, "train.yaml", List.of(), Holder.defaults()).deduplicate();
    }

    @Test
    void groupsAreGivenOrFoundOrAbsent() {
        assertThat(parsed("")).isEqualTo(new Deduplication.None());
        assertThat(parsed("deduplicate: auto")).isEqualTo(Deduplication.Auto.defaults());
        assertThat(parsed("deduplicate: {kind: auto, threshold: 2}")).isEqualTo(new Deduplication.Auto(2, 16, 200_000));
        assertThat(parsed("deduplicate: {kind: groups, groups: [[a, b], [c]]}"))
                .isEqualTo(new Deduplication.Groups(List.of(List.of("a", "b"), List.of("c")), List.of()));
        assertThat(parsed("deduplicate: {kind: groups, groups: [[a, b], [c]], windows: [b]}"))
                .isEqualTo(new Deduplication.Groups(List.of(List.of("a", "b"), List.of("c")), List.of("b")));
        Holder holder = new Holder(new Deduplication.Groups(List.of(List.of("a", "b")), List.of("a")));
        assertThat(Config.parse(Config.write(holder), "written", List.of(), Holder.defaults()))
                .isEqualTo(holder);
    }

    @Test
    void faultsOfTheKeyNameFileAndRemedy() {
        assertThatThrownBy(() -> parsed("deduplicate: {kind: groups, groups: [[a, b], [b]]}"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("train.yaml:1:")
                .hasMessageContaining("the feature 'b' is named twice among the groups [[a, b], [b]]");
        assertThatThrownBy(() -> parsed("deduplicate: {kind: groups, groups: [[a], []]}"))
                .hasMessageContaining("groups[1] is empty; a group names at least one id feature");
        assertThatThrownBy(() -> parsed("deduplicate: {kind: groups, groups: []}"))
                .hasMessageContaining("groups is empty; name at least one group");
        assertThatThrownBy(() -> parsed("deduplicate: {kind: groups, groups: [[a]], windows: [b]}"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("train.yaml:1:")
                .hasMessageContaining("windows name 'b', which is in none of the groups [[a]]; give it a group");
        assertThatThrownBy(() -> parsed("deduplicate: {kind: auto, threshold: 0.5}"))
                .hasMessageContaining("threshold must be a factor of at least 1, got 0.5");
        assertThatThrownBy(() -> parsed("deduplicate: {kind: auto, bytes_per_row: -1}"))
                .hasMessageContaining("bytes_per_row must not be negative, got -1.0");
        assertThatThrownBy(() -> parsed("deduplicate: {kind: auto, rows: 0}"))
                .hasMessageContaining("rows must be positive, got 0");
        assertThatThrownBy(() -> parsed("deduplicate: yes please"))
                .hasMessageContaining("no known kind 'yes please'")
                .hasMessageContaining("groups");
    }

    @Test
    void aColumnThatIsNoIdFeatureIsCalledWhatItIs() {
        Path folder = Path.of("set");
        assertThat(DedupGroups.of(List.of(List.of("history", "user")))
                        .check(SCHEMA, folder)
                        .groupOf("user"))
                .isZero();
        assertThatThrownBy(() -> DedupGroups.of(List.of(List.of("user"), List.of("histroy")))
                        .check(SCHEMA, folder))
                .isInstanceOf(InputException.class)
                .hasMessage("set: the group [histroy] to deduplicate names 'histroy', which is no feature of the"
                        + " dataset; id features are [user, history]: name some of these, or take it out of the group");
        assertThatThrownBy(() -> DedupGroups.of(List.of(List.of("price"))).check(SCHEMA, folder))
                .hasMessageContaining("'price', which is a dense feature");
        assertThatThrownBy(() -> DedupGroups.of(List.of(List.of("click"))).check(SCHEMA, folder))
                .hasMessageContaining("'click', which is a label");
        assertThatThrownBy(() -> DedupGroups.of(List.of(List.of("visit"))).check(SCHEMA, folder))
                .hasMessageContaining("'visit', which is the session or timestamp column");
    }

    @Test
    void groupsThatHoldFeaturesOfOneListAreJoinedToHoldAllOfIt() {
        DedupGroups groups = DedupGroups.of(List.of(List.of("a", "user"), List.of("c"), List.of("d")));
        assertThat(groups.joined(List.of(List.of("a", "b", "c"), List.of("x", "y"))))
                .isEqualTo(DedupGroups.of(List.of(List.of("d"), List.of("a", "user", "c", "b"))));
        assertThat(groups.joined(List.of())).isEqualTo(groups);
        assertThat(DedupGroups.of(groups.groups(), List.of("c"))
                        .joined(List.of(List.of("b", "c")))
                        .windows())
                .containsExactly("c");
        assertThat(DedupGroups.NONE.joined(List.of(List.of("a", "b")))).isEqualTo(DedupGroups.NONE);
    }
}
