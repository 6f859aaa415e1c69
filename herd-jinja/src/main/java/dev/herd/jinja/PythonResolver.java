package dev.herd.jinja;

import com.hubspot.jinjava.el.TypeConvertingMapELResolver;
import com.hubspot.jinjava.el.ext.JinjavaBeanELResolver;
import com.hubspot.jinjava.el.ext.JinjavaListELResolver;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.util.ForLoop;
import java.beans.FeatureDescriptor;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jinjava.javax.el.CompositeELResolver;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELResolver;
import org.jspecify.annotations.Nullable;

/// All that a template can look up or call: items of lists and mappings, the state of a loop, filters, tests,
/// and the methods of Python's texts, lists and mappings. No property or method of a Java object is among it.
final class PythonResolver extends ELResolver {
    private final JinjavaBeanELResolver beans = new JinjavaBeanELResolver(true);

    static ELResolver all() {
        CompositeELResolver all = new CompositeELResolver();
        all.add(new PythonResolver());
        all.add(new JinjavaListELResolver(true));
        all.add(new TypeConvertingMapELResolver(true));
        return all;
    }

    @Override
    public @Nullable Object getValue(ELContext context, @Nullable Object base, @Nullable Object property) {
        if (base instanceof String text && String.valueOf(property).matches("-?\\d{1,9}")) {
            context.setPropertyResolved(true);
            return PythonMethods.character(text, Integer.parseInt(String.valueOf(property)));
        }
        if (!(base instanceof ForLoop loop)) {
            return null;
        }
        context.setPropertyResolved(true);
        return switch (String.valueOf(property)) {
            case "index" -> loop.getIndex();
            case "index0" -> loop.getIndex0();
            case "revindex" -> loop.getRevindex();
            case "revindex0" -> loop.getRevindex0();
            case "first" -> loop.isFirst();
            case "last" -> loop.isLast();
            case "length" -> loop.getLength();
            case "depth" -> loop.getDepth();
            case "depth0" -> loop.getDepth0();
            default -> throw new TemplateFault(0, "loop." + property + " is not known here");
        };
    }

    @Override
    public @Nullable Object invoke(
            ELContext context,
            @Nullable Object base,
            @Nullable Object method,
            Class<?> @Nullable [] types,
            @Nullable Object @Nullable [] given) {
        if (base instanceof Filter || base instanceof ExpTest) {
            return beans.invoke(context, base, method, types, given);
        }
        context.setPropertyResolved(true);
        String name = String.valueOf(method).toLowerCase(Locale.ROOT);
        @Nullable Object[] arguments = given == null ? new Object[0] : given;
        return switch (base) {
            case String text -> PythonMethods.ofText(text, name, arguments);
            case Map<?, ?> map -> PythonMethods.ofMapping(map, name, arguments);
            case List<?> list -> PythonMethods.ofList(list, name, arguments);
            case null -> throw new TemplateFault(0, "nothing has a method " + name);
            default -> throw new TemplateFault(0, name + " is no method of a text, list or mapping");
        };
    }

    @Override
    public @Nullable Class<?> getType(ELContext context, @Nullable Object base, @Nullable Object property) {
        return null;
    }

    @Override
    public void setValue(ELContext context, @Nullable Object base, @Nullable Object property, @Nullable Object value) {}

    @Override
    public boolean isReadOnly(ELContext context, @Nullable Object base, @Nullable Object property) {
        return true;
    }

    @Override
    public Iterator<FeatureDescriptor> getFeatureDescriptors(ELContext context, @Nullable Object base) {
        return Collections.emptyIterator();
    }

    @Override
    public Class<?> getCommonPropertyType(ELContext context, @Nullable Object base) {
        return Object.class;
    }
}
