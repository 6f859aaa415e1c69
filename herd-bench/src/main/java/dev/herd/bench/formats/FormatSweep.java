package dev.herd.bench.formats;

import dev.herd.cli.terminal.Console;
import dev.herd.cli.terminal.TextTable;
import dev.herd.data.Folders;
import dev.herd.data.Progress;
import dev.herd.data.config.Config;
import dev.herd.numerics.format.Element;
import dev.herd.numerics.format.Level;
import dev.herd.numerics.format.NumberFormat;
import dev.herd.numerics.format.NumberFormats;
import dev.herd.numerics.format.Rounding;
import dev.herd.numerics.format.ScaleRule;
import dev.herd.train.report.Page;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Walks the space of formats with shared scales, with the named ones and a user's own in it, and finds
/// which have the best fidelity at their cost.
///
/// **Paper**: 2302.08007, section 5.
public final class FormatSweep {
    private static final int VECTORS_OF_SWEEP = 400;

    private FormatSweep() {}

    /// A format and where it lies.
    record Point(NumberFormat format, boolean named, double qsnr, double area, double lines, double cost) {}

    /// Measures all formats, prints those on the front and the named ones, and draws them.
    ///
    /// @param quick whether the named formats see as few vectors as the others
    /// @param own a file with formats of one's own
    /// @param svg where the plot goes
    public static void run(boolean quick, @Nullable Path own, Path svg, boolean json, Console console) {
        List<NumberFormat> named = named(own);
        List<Point> points;
        try (Progress.Task task = console.display().start("formats", 2, "sets of formats")) {
            Qsnr few = new Qsnr(VECTORS_OF_SWEEP, Qsnr.PAPER.length(), Qsnr.PAPER.seed());
            Qsnr many = quick ? few : Qsnr.PAPER;
            points = new ArrayList<>(measure(named, true, many));
            task.advance(1);
            points.addAll(measure(space(), false, few));
            task.advance(1);
        }
        List<Point> front = front(points);
        Folders.write(svg, drawing(front, points));
        print(points, front, json, console);
        console.say("Cost: " + CostModel.STATEMENT);
        console.say("Plot: " + svg);
    }

    private static List<NumberFormat> named(@Nullable Path own) {
        List<NumberFormat> formats = new ArrayList<>(NumberFormats.all());
        formats.removeIf(format -> format.element().bits() == 16
                || format.needsTensorScale() && format.second().kind() == Level.Kind.NONE);
        if (own != null) {
            Config.read(own, List.of(), FormatList.defaults()).formats().forEach(entry -> formats.add(entry.format()));
        }
        return formats;
    }

    /// Integers under a power of two of 8 bits, with and without microexponents.
    static List<NumberFormat> space() {
        List<NumberFormat> formats = new ArrayList<>();
        for (int m = 1; m <= 7; m++) {
            for (int k1 : new int[] {8, 16, 32, 64, 128}) {
                formats.add(format(m, k1, Level.NONE));
                for (int d2 = 1; d2 <= 2; d2++) {
                    for (int k2 = 1; k2 <= 8 && k2 < k1; k2 *= 2) {
                        formats.add(format(m, k1, Level.microexponent(d2, k2)));
                    }
                }
            }
        }
        return formats;
    }

    private static NumberFormat format(int m, int k1, Level second) {
        String inner = second.bits() == 0 ? "" : " d2=" + second.bits() + " k2=" + second.width();
        return new NumberFormat(
                "m=" + m + " k1=" + k1 + inner,
                Element.integer(m),
                Level.powerOfTwo(8, k1),
                second,
                ScaleRule.FLOOR,
                Rounding.HALF_EVEN,
                NumberFormat.Order.INTERLEAVED);
    }

    static List<Point> measure(List<NumberFormat> formats, boolean named, Qsnr method) {
        List<Double> qsnr = method.of(formats);
        List<Point> points = new ArrayList<>();
        for (int i = 0; i < formats.size(); i++) {
            NumberFormat format = formats.get(i);
            points.add(new Point(
                    format,
                    named,
                    qsnr.get(i),
                    CostModel.area(format),
                    CostModel.lines(format),
                    CostModel.cost(format)));
        }
        return points;
    }

    /// The points that no other beats in both cost and fidelity, cheapest first.
    static List<Point> front(List<Point> points) {
        List<Point> sorted = new ArrayList<>(points);
        sorted.sort(Comparator.comparingDouble(Point::cost).thenComparing(Point::qsnr, Comparator.reverseOrder()));
        List<Point> front = new ArrayList<>();
        double best = Double.NEGATIVE_INFINITY;
        for (Point point : sorted) {
            if (point.qsnr > best) {
                front.add(point);
                best = point.qsnr;
            }
        }
        return front;
    }

    private static String drawing(List<Point> front, List<Point> points) {
        Page.Line line = new Page.Line(
                "Pareto front",
                front.stream()
                        .map(point -> new double[] {point.cost, point.qsnr})
                        .toList());
        Map<String, double[]> labels = new LinkedHashMap<>();
        points.stream()
                .filter(Point::named)
                .forEach(point -> labels.put(point.format.name(), new double[] {point.cost, point.qsnr}));
        return Page.svgFile(Page.frontPlot("Fidelity over cost", "area x memory over FP8", "QSNR, dB", line, labels));
    }

    private static void print(List<Point> points, List<Point> front, boolean json, Console console) {
        TextTable table =
                new TextTable("format", ">bits", ">QSNR dB", ">area/FP8", ">lines", ">whole lines", ">cost", "front");
        for (Point point : points) {
            boolean best = front.contains(point);
            if (json) {
                console.printJson(object(point, best));
            } else if (point.named || best) {
                table.row(
                        point.format.toString(),
                        text(point.format.bitsPerNumber()),
                        text(point.qsnr),
                        text(point.area),
                        text(point.lines),
                        text(Math.ceil(point.lines)),
                        text(point.cost),
                        best ? "yes" : "");
            }
        }
        if (!json) {
            table.lines().forEach(console::print);
        }
    }

    private static Map<String, Object> object(Point point, boolean best) {
        Map<String, Object> object = new LinkedHashMap<>();
        object.put("format", point.format.toString());
        object.put("bits", point.format.bitsPerNumber());
        object.put("qsnr_db", point.qsnr);
        object.put("area", point.area);
        object.put("lines", point.lines);
        object.put("cost", point.cost);
        object.put("front", best);
        return object;
    }

    private static String text(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }
}
