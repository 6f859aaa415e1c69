package dev.herd.cli.terminal;

import java.io.PrintStream;
import java.nio.file.Path;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

/// Where a command speaks: results go to `out`, everything meant for a person watching goes to `display`.
public record Console(PrintStream out, PrintStream err, Display display) {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .addModule(new SimpleModule().addSerializer(Path.class, ToStringSerializer.instance))
            .build();

    /// The console of this process: a bar when the error stream is a terminal, JSON lines when it is not.
    public static Console ofProcess() {
        Display display =
                Terminal.onErrorStream() ? new BarDisplay(System.err, Terminal::columns) : new LineDisplay(System.err);
        return new Console(System.out, System.err, display);
    }

    /// Says something to the person watching.
    public void say(String line) {
        display.say(line);
    }

    /// Prints a result.
    public void print(String line) {
        out.println(line);
    }

    /// Prints a result for machines: one JSON value on one line. Records become objects with snake_case keys; NaN
    /// becomes the string `"NaN"`.
    public void printJson(Object value) {
        out.println(JSON.writeValueAsString(value));
    }
}
