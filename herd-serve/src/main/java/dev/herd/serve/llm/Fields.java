package dev.herd.serve.llm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/// The parameters of a request, each read with its type and its limits. Null counts as absent.
record Fields(JsonNode body) {
    /// Refuses parameters that nobody reads: a mistyped one must not be passed over.
    void known(Set<String> read, Set<String> ignored) {
        for (String name : body.propertyNames()) {
            if (!read.contains(name) && !ignored.contains(name)) {
                throw Problem.with(name, "is not a parameter here; known are " + new TreeSet<>(read));
            }
        }
    }

    Optional<JsonNode> value(String name) {
        JsonNode value = body.path(name);
        return value.isMissingNode() || value.isNull() ? Optional.empty() : Optional.of(value);
    }

    Optional<String> text(String name) {
        return value(name).map(value -> {
            if (!value.isString()) {
                throw Problem.with(name, "must be a string");
            }
            return value.asString();
        });
    }

    boolean flag(String name) {
        return value(name)
                .map(value -> {
                    if (!value.isBoolean()) {
                        throw Problem.with(name, "must be true or false");
                    }
                    return value.booleanValue();
                })
                .orElse(false);
    }

    Optional<Integer> whole(String name, int least, int most) {
        return value(name).map(value -> {
            if (!value.isIntegralNumber() || value.asDouble() < least || value.asDouble() > most) {
                throw Problem.with(name, "must be a whole number from " + least + " to " + most + ", got " + value);
            }
            return value.intValue();
        });
    }

    Optional<Long> seed(String name) {
        return value(name).map(value -> {
            if (!value.canConvertToLong() || !value.isIntegralNumber()) {
                throw Problem.with(name, "must be a whole number, got " + value);
            }
            return value.longValue();
        });
    }

    double number(String name, double least, double most, double otherwise) {
        return value(name)
                .map(value -> {
                    double number = value.isNumber() ? value.doubleValue() : Double.NaN;
                    if (!(number >= least && number <= most)) {
                        throw Problem.with(name, "must be a number from " + least + " to " + most + ", got " + value);
                    }
                    return number;
                })
                .orElse(otherwise);
    }

    /// A string, or a list of up to `most`.
    List<String> texts(String name, int most) {
        List<String> texts = new ArrayList<>();
        value(name).ifPresent(value -> {
            if (value.isString()) {
                texts.add(value.asString());
                return;
            }
            if (!value.isArray() || value.size() > most) {
                throw Problem.with(name, "must be a string or a list of up to " + most + " strings");
            }
            for (JsonNode each : value) {
                if (!each.isString()) {
                    throw Problem.with(name, "must be a string or a list of strings");
                }
                texts.add(each.asString());
            }
        });
        return texts;
    }

    /// Only this value is possible.
    void only(String name, JsonNode accepted) {
        value(name).filter(value -> !value.equals(accepted)).ifPresent(value -> {
            throw Problem.with(name, "can only be " + accepted + " here, got " + value);
        });
    }
}
