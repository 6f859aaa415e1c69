package dev.herd.data.config;

/// One key of a configuration file, for help texts.
///
/// @param key dotted path: `optimizer.learning_rate`
/// @param type what is accepted: `a number`
/// @param value the default as YAML, empty when the key has none
/// @param doc the text of its [Doc], empty when there is none
/// @param when the choice under which the key exists: `optimizer is adam`; empty when it always does
public record ConfigKey(String key, String type, String value, String doc, String when) {}
