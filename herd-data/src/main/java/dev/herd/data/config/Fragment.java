package dev.herd.data.config;

import dev.herd.data.InputException;
import dev.herd.data.config.ConfigNode.Mapping;
import dev.herd.data.config.ConfigNode.Scalar;
import dev.herd.data.config.ConfigNode.ScalarKind;
import dev.herd.data.config.ConfigNode.Sequence;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/// Configuration kept as it was written, whatever it is, to be read later or laid over something else: the
/// choices of a search, a file inside a file. It remembers file and line.
///
/// ```java
/// Fragment file = Fragment.read(Path.of("train.yaml"));
/// TrainConfig slower = file.with("learning_rate.rate", Fragment.parse("1e-4",
/// "slower")).as(TrainConfig.defaults());
/// ```
public final class Fragment {
    private final ConfigNode node;

    Fragment(ConfigNode node) {
        this.node = node;
    }

    /// The content of a file.
    ///
    /// **Throws** [InputException] when it is no YAML.
    public static Fragment read(Path yaml) {
        return new Fragment(YamlSource.read(yaml));
    }

    /// Like [#read], from text; `source` names it in messages.
    public static Fragment parse(String yaml, String source) {
        return new Fragment(YamlSource.parse(yaml, source));
    }

    /// Nothing at all: an empty file.
    public static Fragment empty(String source) {
        return parse("", source);
    }

    /// Another value in this one's place, so that messages point there.
    public Fragment replacedBy(String yaml) {
        return new Fragment(YamlSource.parse(yaml, node.place()));
    }

    public boolean isEmpty() {
        return node instanceof Scalar scalar && scalar.kind() == ScalarKind.NULL;
    }

    /// The text of a single value; empty for lists, blocks and null.
    public Optional<String> text() {
        return node instanceof Scalar scalar && scalar.kind() != ScalarKind.NULL
                ? Optional.of(scalar.text())
                : Optional.empty();
    }

    /// The items when this is a list.
    public Optional<List<Fragment>> items() {
        return node instanceof Sequence list
                ? Optional.of(list.items().stream().map(Fragment::new).toList())
                : Optional.empty();
    }

    /// The entries when this is a block of keys.
    public Optional<SequencedMap<String, Fragment>> entries() {
        if (!(node instanceof Mapping block)) {
            return Optional.empty();
        }
        SequencedMap<String, Fragment> entries = new LinkedHashMap<>();
        block.entries().forEach((key, value) -> entries.put(key, new Fragment(value)));
        return Optional.of(Collections.unmodifiableSequencedMap(entries));
    }

    /// What stands at a dotted key, if anything.
    public Optional<Fragment> at(String key) {
        ConfigNode found = node;
        for (String part : key.split("\\.", -1)) {
            ConfigNode below = found instanceof Mapping block ? block.entries().get(part) : null;
            if (below == null) {
                return Optional.empty();
            }
            found = below;
        }
        return Optional.of(new Fragment(found));
    }

    /// A copy in which a dotted key has this value, in place of all that stood there.
    public Fragment with(String key, Fragment value) {
        ConfigNode nothing = new Scalar(value.node.place(), ScalarKind.NULL, "");
        ConfigNode cleared = Overrides.set(node, key, nothing);
        return new Fragment(Overrides.set(cleared, key, value.node));
    }

    /// This laid over a base: blocks merge key by key, anything else replaces what was there.
    public Fragment over(Fragment base) {
        return new Fragment(Overrides.merge(base.node, node));
    }

    /// Resolves what an override leaves of a block that was written as one word (`base: train.yaml` and
    /// `--set base.epochs=2`): the word as text, the further keys as entries.
    public Optional<Map.Entry<String, Fragment>> shorthand() {
        return node instanceof Mapping block && block.entries().get(ConfigNode.SHORTHAND) instanceof Scalar scalar
                ? Optional.of(Map.entry(scalar.text(), new Fragment(block.without(ConfigNode.SHORTHAND))))
                : Optional.empty();
    }

    /// A record of this laid over the defaults, as [Config#read] does it.
    ///
    /// **Throws** [InputException] for anything wrong, with file, line and column.
    public <T extends Record> T as(T defaults) {
        return RecordBinder.bind(node, defaults, "");
    }

    /// An error at the place where this was written.
    public InputException error(String what) {
        return node.place().error(what);
    }

    /// What it is, for messages: `a list`, `'abc'`.
    public String described() {
        return node.described();
    }

    /// The same as YAML on one line.
    public String yaml() {
        return YamlText.inline(node);
    }

    ConfigNode node() {
        return node;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Fragment that && yaml().equals(that.yaml());
    }

    @Override
    public int hashCode() {
        return yaml().hashCode();
    }

    @Override
    public String toString() {
        return yaml();
    }
}
