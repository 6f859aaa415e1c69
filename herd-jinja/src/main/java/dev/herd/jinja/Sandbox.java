package dev.herd.jinja;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.loader.ResourceNotFoundException;
import com.hubspot.jinjava.random.RandomNumberGeneratorStrategy;
import com.hubspot.jinjava.tree.Node;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Renders one template with nothing in reach but its variables, and no more of output, memory and time than
/// a prompt can need.
///
/// Jinjava by itself passes over what it does not know, reads what a template printed as a template again, and
/// lets Java methods be called: here [Vetting] makes unknown names errors, output stays as it is, and
/// [PythonResolver] is all that can be called.
final class Sandbox {
    private static final int MOST_CHARACTERS = 1 << 22;
    private static final int MOST_ITEMS = 100_000;
    private static final int DEEPEST = 20;
    static final Duration LONGEST = Duration.ofSeconds(5);
    private static final String TOO_LONG = "takes too long";
    /// Names that no template can spell.
    private static final String DEADLINE = " deadline";

    private final String source;
    private final Jinjava jinjava;
    private final Duration longest;

    private Sandbox(String source, Jinjava jinjava, Duration longest) {
        this.source = source;
        this.jinjava = jinjava;
        this.longest = longest;
    }

    /// @param longest that a rendering may take
    static Sandbox of(String source, Duration longest) {
        Jinjava jinjava = new Jinjava(config());
        jinjava.setResourceLocator((name, _, _) -> {
            throw new ResourceNotFoundException("a template cannot read " + name);
        });
        Context context = jinjava.getGlobalContext();
        PythonFilters.all().forEach(context::registerFilter);
        PythonTests.all().forEach(context::registerExpTest);
        TemplateFunctions.all().forEach(context::registerFunction);
        context.registerTag(new GenerationTag());
        return new Sandbox(TemplateSource.ready(source, new Vetting(context)), jinjava, longest);
    }

    private static JinjavaConfig config() {
        return JinjavaConfig.newBuilder()
                .withNestedInterpretationEnabled(false)
                .withElResolver(PythonResolver.all())
                .withLocale(Locale.ENGLISH)
                .withMaxOutputSize(MOST_CHARACTERS)
                .withMaxStringLength(MOST_CHARACTERS)
                .withMaxListSize(MOST_ITEMS)
                .withMaxMapSize(MOST_ITEMS)
                .withRangeLimit(MOST_ITEMS)
                .withMaxRenderDepth(DEEPEST)
                .withRandomNumberGeneratorStrategy(RandomNumberGeneratorStrategy.CONSTANT_ZERO)
                .withNodePreProcessor(Sandbox::checkTime)
                .withLegacyOverrides(LegacyOverrides.newBuilder()
                        .withParseWhitespaceControlStrictly(true)
                        .withUseTrimmingForNotesAndExpressions(true)
                        .withUsePyishObjectMapper(true)
                        .withKeepNullableLoopValues(true)
                        .withUseNaturalOperatorPrecedence(true)
                        .withEvaluateMapKeys(true)
                        .withIterateOverMapKeys(true)
                        .build())
                .build();
    }

    private static void checkTime(Node node, JinjavaInterpreter interpreter) {
        if (late(interpreter.getContext().get(DEADLINE))) {
            throw new TemplateFault(node.getLineNumber(), TOO_LONG);
        }
    }

    private static boolean late(@Nullable Object deadline) {
        return deadline instanceof Long nanos && System.nanoTime() - nanos > 0;
    }

    /// @param date today, as `26 Jul 2024`
    ///
    /// **Throws** [TemplateFault].
    String render(Map<String, @Nullable Object> variables, String date) {
        Map<String, @Nullable Object> all = new HashMap<>(variables);
        long deadline = System.nanoTime() + longest.toNanos();
        all.put(DEADLINE, deadline);
        all.put(TemplateFunctions.DATE, date);
        RenderResult result = rendered(all);
        for (TemplateError error : result.getErrors()) {
            if (late(deadline)) {
                throw new TemplateFault(error.getLineno(), "takes longer than " + longest.toMillis() + " ms");
            }
            throw fault(error);
        }
        return result.getOutput();
    }

    /// Errors are gathered in the result; what Jinjava did not foresee is thrown.
    private RenderResult rendered(Map<String, @Nullable Object> variables) {
        try {
            return jinjava.renderForResult(source, variables);
        } catch (RuntimeException e) {
            throw new TemplateFault(0, "cannot be rendered: " + e);
        }
    }

    private static TemplateFault fault(TemplateError error) {
        for (Throwable cause = error.getException(); cause != null; cause = cause.getCause()) {
            if (cause instanceof TemplateFault own) {
                return new TemplateFault(error.getLineno(), String.valueOf(own.getMessage()));
            }
        }
        return switch (error.getReason()) {
            case OUTPUT_TOO_BIG ->
                new TemplateFault(error.getLineno(), "wrote more than " + MOST_CHARACTERS + " characters");
            default -> new TemplateFault(error.getLineno(), String.valueOf(error.getMessage()));
        };
    }
}
