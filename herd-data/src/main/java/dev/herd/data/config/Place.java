package dev.herd.data.config;

import dev.herd.data.InputException;

/// Where a piece of configuration was written: `config.yaml:3:7`, or the override `--set a.b=c`.
record Place(String source, int line, int column) {
    static Place override(String text) {
        return new Place("--set " + text, 0, 0);
    }

    InputException error(String what) {
        return new InputException(this + ": " + what);
    }

    @Override
    public String toString() {
        return line > 0 ? source + ":" + line + ":" + column : source;
    }
}
