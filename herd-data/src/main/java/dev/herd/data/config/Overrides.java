package dev.herd.data.config;

import dev.herd.data.InputException;
import dev.herd.data.config.ConfigNode.Mapping;
import dev.herd.data.config.ConfigNode.Scalar;
import dev.herd.data.config.ConfigNode.ScalarKind;
import dev.herd.data.config.ConfigNode.Sequence;
import java.util.ArrayList;
import java.util.List;

/// Puts one piece of YAML over another: blocks merge key by key, anything else replaces what was there.
final class Overrides {
    private Overrides() {}

    /// The tree with overrides of the form `a.b=value` applied in order.
    static ConfigNode apply(ConfigNode root, List<String> overrides) {
        ConfigNode changed = root;
        for (String override : overrides) {
            int equals = override.indexOf('=');
            if (equals <= 0) {
                throw new InputException("--set " + override + ": write it as key=value, for example batch_size=1024");
            }
            Place place = Place.override(override);
            ConfigNode value = YamlSource.parse(override.substring(equals + 1), place);
            changed = set(changed, override.substring(0, equals).strip(), value);
        }
        return changed;
    }

    /// `over` laid on `base`.
    static ConfigNode merge(ConfigNode base, ConfigNode over) {
        if (!(base instanceof Mapping below) || !(over instanceof Mapping above)) {
            return over;
        }
        Mapping merged = below;
        for (var entry : above.entries().entrySet()) {
            ConfigNode old = below.entries().get(entry.getKey());
            merged = merged.with(entry.getKey(), old == null ? entry.getValue() : merge(old, entry.getValue()));
        }
        return merged;
    }

    /// The tree with `value` laid over what stands at a dotted key.
    static ConfigNode set(ConfigNode root, String key, ConfigNode value) {
        return set(root, key.split("\\.", -1), 0, value);
    }

    private static ConfigNode set(ConfigNode node, String[] path, int depth, ConfigNode value) {
        if (depth == path.length) {
            return merge(node, value);
        }
        String key = path[depth];
        if (node instanceof Sequence list) {
            List<ConfigNode> items = new ArrayList<>(list.items());
            int index = index(key, items.size(), value.place());
            items.set(index, set(items.get(index), path, depth + 1, value));
            return new Sequence(list.place(), items);
        }
        Mapping block = block(node, value.place());
        ConfigNode old = block.entries().get(key);
        ConfigNode nothing = new Scalar(value.place(), ScalarKind.NULL, "");
        return block.with(key, set(old == null ? nothing : old, path, depth + 1, value));
    }

    private static Mapping block(ConfigNode node, Place place) {
        return switch (node) {
            case Mapping mapping -> mapping;
            case Scalar scalar
            when scalar.kind() != ScalarKind.NULL ->
                Mapping.empty(scalar.place()).with(ConfigNode.SHORTHAND, scalar);
            case Scalar scalar -> Mapping.empty(place);
            case Sequence list -> throw new IllegalStateException("lists are handled by index");
        };
    }

    private static int index(String key, int size, Place place) {
        try {
            int index = Integer.parseInt(key);
            if (index >= 0 && index < size) {
                return index;
            }
        } catch (NumberFormatException e) {
            // falls through to the message, which says what is accepted
        }
        throw place.error("'" + key + "' must be an index into a list of " + size + ", counted from 0");
    }
}
