package dev.herd.data.config;

import dev.herd.data.InputException;
import dev.herd.data.config.ConfigNode.Mapping;
import dev.herd.data.config.ConfigNode.Scalar;
import dev.herd.data.config.ConfigNode.ScalarKind;

/// A block of configuration whose keys depend on its `name`, such as `model: {name: wukong, layers: 4}`: who knows the
/// names reads the rest with [#as]. A bare name (`model: wukong`) stands for a block with nothing but the name.
public final class Subtree {
    private static final String NAME = "name";

    private final String path;
    private final Mapping keys;
    private final String name;

    private Subtree(String path, String name, Mapping keys) {
        this.path = path;
        this.name = name;
        this.keys = keys;
    }

    /// A name without further keys.
    public static Subtree of(String name) {
        Place place = new Place("the default of '" + name + "'", 0, 0);
        return new Subtree(NAME, name, Mapping.empty(place));
    }

    /// A name with every key of a record.
    public static Subtree of(String name, Record keys) {
        ConfigNode node = YamlSource.parse(Config.write(keys), "the configuration of '" + name + "'");
        return new Subtree(NAME, name, node instanceof Mapping mapping ? mapping : Mapping.empty(node.place()));
    }

    static Subtree bind(ConfigNode node, String path) {
        if (node instanceof Scalar scalar && scalar.kind() != ScalarKind.NULL) {
            return new Subtree(path, scalar.text(), Mapping.empty(scalar.place()));
        }
        if (!(node instanceof Mapping mapping)) {
            throw node.place()
                    .error("key '" + path + "' must be a name, or a block with the key 'name', found "
                            + node.described());
        }
        String key = mapping.entries().containsKey(ConfigNode.SHORTHAND) ? ConfigNode.SHORTHAND : NAME;
        if (!(mapping.entries().get(key) instanceof Scalar scalar) || scalar.kind() == ScalarKind.NULL) {
            throw mapping.place().error("'" + path + "' needs the key 'name' with a name as its value");
        }
        return new Subtree(path, scalar.text(), mapping.without(key).without(NAME));
    }

    public String name() {
        return name;
    }

    /// The other keys, laid over the defaults.
    ///
    /// **Throws** [InputException] for an unknown key or a wrong type, naming file and line.
    public <C extends Record> C as(C defaults) {
        return RecordBinder.bind(keys, defaults, path);
    }

    /// An error at the place where this block was written, for example for an unknown name.
    public InputException error(String what) {
        return keys.place().error(what);
    }

    Mapping keys() {
        return keys;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Subtree that && Config.write(this).equals(Config.write(that));
    }

    @Override
    public int hashCode() {
        return Config.write(this).hashCode();
    }

    @Override
    public String toString() {
        return Config.write(this).strip();
    }
}
