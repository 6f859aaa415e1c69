package dev.herd.data.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Reads and writes configuration: YAML laid over a tree of records.
///
/// Every configuration record has a static method `defaults()`; a file holds only what differs from it. A
/// component `batchSize` is the key `batch_size`. Components may be booleans, numbers, text, paths, enums,
/// records, lists, maps by name, `Optional`s, anything of these marked `@Nullable`, a sealed interface of
/// records (the key `kind` chooses: `ExactAdam` is `exact_adam`; a bare kind stands for its defaults), a
/// [Subtree] (its keys depend on its `name`) or a [Fragment] (anything, read later). Keys of a record
/// without `defaults()` must all be given, except nullable ones and collections. A record with a static
/// method `parse(String)` may be written as one value.
///
/// ```java
/// record Training(@Doc("rows of one step") int batchSize, Schedule schedule) {
///     static Training defaults() { return new Training(4096, new Schedule.Constant()); }
/// }
/// Training training = Config.read(Path.of("train.yaml"), List.of("batch_size=1024"), Training.defaults());
/// ```
///
/// **Throws** [dev.herd.data.InputException] for anything wrong in the file or the overrides, with file,
/// line and column, what was found and what is accepted. A compact constructor's
/// `IllegalArgumentException` becomes one too.
public final class Config {
    private Config() {}

    /// Lays a file, then the overrides (`a.b=value`, the value being YAML) over the defaults.
    public static <T extends Record> T read(Path yaml, List<String> overrides, T defaults) {
        return RecordBinder.bind(Overrides.apply(YamlSource.read(yaml), overrides), defaults, "");
    }

    /// Like [#read], from text; `source` names it in messages.
    public static <T extends Record> T parse(String yaml, String source, List<String> overrides, T defaults) {
        return RecordBinder.bind(Overrides.apply(YamlSource.parse(yaml, source), overrides), defaults, "");
    }

    /// The text of one top-level key of a file with overrides, read ahead of the rest: a file that names a
    /// preset is laid over the preset's keys.
    public static Optional<String> peek(Path yaml, List<String> overrides, String key) {
        return Overrides.apply(YamlSource.read(yaml), overrides) instanceof ConfigNode.Mapping block
                        && block.entries().get(key) instanceof ConfigNode.Scalar scalar
                ? Optional.of(scalar.text())
                : Optional.empty();
    }

    /// YAML with every key, which [#parse] reads back to an equal record.
    public static String write(Record record) {
        return YamlText.of(YamlText.node(record, record.getClass()));
    }

    static String write(Subtree subtree) {
        return YamlText.of(YamlText.node(subtree, Subtree.class));
    }

    /// Every key below a record, with its type, default and documentation, in the order of the records'
    /// components.
    public static List<ConfigKey> describe(Record defaults) {
        return Description.of(defaults);
    }
}
