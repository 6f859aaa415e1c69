package dev.herd.jinja;

import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tests that differ here from Jinjava's: a text of Python is a sequence too.
record PythonTests(String name) implements ExpTest {
    static List<ExpTest> all() {
        return List.of(new PythonTests("iterable"), new PythonTests("sequence"));
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public boolean evaluate(@Nullable Object value, JinjavaInterpreter interpreter, Object... given) {
        return value instanceof String || value instanceof Collection || value instanceof Map;
    }
}
