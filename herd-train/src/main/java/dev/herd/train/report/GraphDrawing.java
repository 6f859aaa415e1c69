package dev.herd.train.report;

import dev.herd.nn.graph.Cost;
import dev.herd.nn.graph.Graph;
import dev.herd.nn.graph.Node;
import dev.herd.nn.graph.Operator;
import dev.herd.train.report.Layers.Arrow;
import dev.herd.train.report.Layers.Layout;
import dev.herd.train.report.Layers.Point;
import dev.herd.train.report.Layers.Size;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A network from its inputs down to its logits, as SVG: a frame for each part that the model declared at
/// its root, in it a box for each part of that part, on every arrow the shape that flows. A bar shows a
/// box's share of all multiply-accumulates.
final class GraphDrawing {
    private static final int MOST_LINES = 12;
    private static final double LINE = 15;
    private static final double PADDING = 10;
    private static final double MARGIN = 12;
    private static final double TITLE = 26;
    private static final Size DOT = new Size(7, 7);
    private static final Size ENTRY = new Size(0, 0);

    private final Graph graph;
    private final Map<Node, Long> counts = new HashMap<>();
    private final Map<Node, String> outerRegions;
    private final Map<Node, String> innerRegions;
    private final long work;
    private final StringBuilder svg = new StringBuilder();

    private GraphDrawing(Graph graph) {
        this.graph = graph;
        this.outerRegions = Regions.of(drawn(), parts(1));
        this.innerRegions = Regions.of(drawn(), parts(2));
        this.work = counts.values().stream().mapToLong(Long::longValue).sum();
    }

    private Map<Node, String> parts(int depth) {
        Map<Node, String> parts = new HashMap<>();
        for (Cost.Line line : Cost.of(graph, depth).nodes()) {
            parts.put(line.node(), line.part());
            counts.put(line.node(), line.counts().multiplyAccumulates());
        }
        return parts;
    }

    /// To stand in a page that has the report's style.
    static String inline(ModelSheet sheet) {
        return new GraphDrawing(sheet.graph()).draw();
    }

    /// A box with its words; a dot when it has none.
    private record Box(String title, List<String> lines, long multiplyAccumulates, Size size) {
        boolean isDot() {
            return lines.isEmpty();
        }
    }

    /// A part of the network: boxes in a frame, or one box without.
    ///
    /// @param layout of the boxes and, behind them, of the place where arrows enter
    /// @param exits boxes that others read
    private record Frame(String title, List<Box> boxes, Layout layout, List<Integer> exits, Size size) {
        boolean isBox() {
            return boxes.size() == 1;
        }
    }

    private String draw() {
        Blocks outer = Blocks.of(drawn(), outerRegions::get);
        List<Frame> frames = outer.all().stream().map(this::frame).toList();
        Layout layout = Layers.of(frames.stream().map(Frame::size).toList(), outer.arrows(), 28, 36);
        double width = layout.width() + 2 * MARGIN;
        svg.append(String.format(
                Locale.ROOT,
                "<svg class=\"graph\" viewBox=\"0 0 %.0f %.0f\" style=\"max-width: %.0fpx\" role=\"img\""
                        + " aria-label=\"the network\">",
                width,
                layout.height() + 2 * MARGIN,
                width));
        svg.append("<defs><marker id=\"tip\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"7\""
                + " markerHeight=\"7\" orient=\"auto\"><path class=\"tip\" d=\"M0 0L8 4L0 8z\"/></marker></defs>");
        for (int i = 0; i < frames.size(); i++) {
            draw(frames.get(i), MARGIN + layout.left()[i], MARGIN + layout.top()[i]);
        }
        for (int i = 0; i < outer.arrows().size(); i++) {
            route(
                    layout.routes().get(i),
                    MARGIN,
                    MARGIN,
                    !frames.get(outer.arrows().get(i).to()).boxes().getFirst().isDot());
        }
        flows(outer, layout);
        return svg.append("</svg>").toString();
    }

    /// All but what nobody reads.
    private List<Node> drawn() {
        Set<Node> read = new HashSet<>(graph.outputs());
        graph.nodes().forEach(node -> read.addAll(node.operands()));
        return graph.nodes().stream().filter(read::contains).toList();
    }

    private Frame frame(Blocks.Block part) {
        String title = Regions.title(part.name());
        Blocks blocks = Blocks.of(part.nodes(), innerRegions::get);
        if (blocks.all().size() == 1
                || (isChain(blocks) && Steps.of(part.nodes()).size() <= MOST_LINES)) {
            Box whole = box(title, part.nodes());
            Layout alone = Layers.of(List.of(whole.size()), List.of(), 0, 0);
            return new Frame(title, List.of(whole), alone, List.of(), whole.size());
        }
        List<Box> boxes = new ArrayList<>();
        for (Blocks.Block block : blocks.all()) {
            boxes.add(box(within(part.name(), Regions.title(block.name())), block.nodes()));
        }
        List<Size> sizes = new ArrayList<>(boxes.stream().map(Box::size).toList());
        List<Arrow> arrows = new ArrayList<>(blocks.arrows());
        sizes.add(ENTRY);
        entered(part, blocks).forEach(reader -> arrows.add(new Arrow(boxes.size(), reader)));
        Layout layout = Layers.of(sizes, arrows, 16, 26);
        double width = Math.max(layout.width(), width(title, 8) + 80) + 2 * PADDING;
        List<Integer> exits = left(part, blocks);
        double in = layout.left()[boxes.size()] - layout.width() / 2;
        double out = exits.stream()
                        .mapToDouble(
                                exit -> layout.left()[exit] + sizes.get(exit).width() / 2)
                        .average()
                        .orElse(layout.width() / 2)
                - layout.width() / 2;
        Size size = new Size(width, layout.height() + TITLE + PADDING, in, out);
        return new Frame(title, boxes, layout, exits, size);
    }

    /// Boxes that read what comes from outside.
    private static List<Integer> entered(Blocks.Block part, Blocks blocks) {
        Set<Node> own = new HashSet<>(part.nodes());
        return IntStream.range(0, blocks.all().size())
                .filter(i -> blocks.all().get(i).nodes().stream()
                        .flatMap(node -> node.operands().stream())
                        .anyMatch(
                                operand -> !own.contains(operand) && !(operand.operator() instanceof Operator.Weight)))
                .boxed()
                .toList();
    }

    /// Boxes that are read outside.
    private List<Integer> left(Blocks.Block part, Blocks blocks) {
        Set<Node> own = new HashSet<>(part.nodes());
        Set<Node> read = new HashSet<>(graph.outputs());
        graph.nodes().stream().filter(node -> !own.contains(node)).forEach(node -> read.addAll(node.operands()));
        return IntStream.range(0, blocks.all().size())
                .filter(i -> blocks.all().get(i).nodes().stream().anyMatch(read::contains))
                .boxed()
                .toList();
    }

    private static boolean isChain(Blocks blocks) {
        List<Arrow> arrows = blocks.arrows();
        return arrows.size() == blocks.all().size() - 1
                && arrows.stream().map(Arrow::from).distinct().count() == arrows.size()
                && arrows.stream().map(Arrow::to).distinct().count() == arrows.size();
    }

    private static String within(String part, String name) {
        return name.startsWith(part + ".") ? name.substring(part.length() + 1) : name;
    }

    private Box box(String title, List<Node> nodes) {
        List<String> lines = new ArrayList<>(Steps.of(nodes));
        if (lines.isEmpty()) {
            return new Box("", List.of(), 0, DOT);
        }
        if (lines.size() > MOST_LINES) {
            lines.subList(MOST_LINES - 1, lines.size()).clear();
            lines.add("...");
        }
        long count = nodes.stream().mapToLong(counts::get).sum();
        double width = width(title, 7.6);
        for (String line : lines) {
            width = Math.max(width, width(line, 6.3));
        }
        double height = 2 * PADDING + LINE * (lines.size() + (title.isEmpty() ? 0 : 1)) - 2;
        return new Box(title, lines, count, new Size(Math.max(70, width + 2 * PADDING), height));
    }

    private static double width(String text, double perCharacter) {
        return text.length() * perCharacter;
    }

    private void draw(Frame frame, double left, double top) {
        if (frame.isBox()) {
            draw(frame.boxes().getFirst(), left, top);
            return;
        }
        double width = frame.size().width();
        double height = frame.size().height();
        rect("frame", left, top, width, height, 8);
        text("title", left + PADDING, top + 17, frame.title());
        double x = left + (width - frame.layout().width()) / 2;
        double y = top + TITLE;
        Layout layout = frame.layout();
        int entry = frame.boxes().size();
        curve(left + width / 2 + frame.size().in(), top, x + layout.left()[entry], y + layout.top()[entry]);
        for (int exit : frame.exits()) {
            Size size = frame.boxes().get(exit).size();
            double bottom = y + layout.top()[exit] + size.height();
            curve(
                    x + layout.left()[exit] + size.width() / 2,
                    bottom,
                    left + width / 2 + frame.size().out(),
                    top + height);
        }
        layout.routes().forEach(route -> route(route, x, y, true));
        for (int i = 0; i < frame.boxes().size(); i++) {
            draw(frame.boxes().get(i), x + layout.left()[i], y + layout.top()[i]);
        }
    }

    private void curve(double fromX, double fromY, double toX, double toY) {
        route(List.of(new Point(fromX, fromY), new Point(toX, toY)), 0, 0, false);
    }

    private void draw(Box box, double left, double top) {
        double width = box.size().width();
        double height = box.size().height();
        if (box.isDot()) {
            rect("port", left, top, width, height, width / 2);
            return;
        }
        rect("box", left, top, width, height, 6);
        if (box.multiplyAccumulates() > 0) {
            double share = (double) box.multiplyAccumulates() / work;
            svg.append(String.format(
                    Locale.ROOT,
                    "<g><title>%,d multiply-accumulates per example, %.1f %%</title>",
                    box.multiplyAccumulates(),
                    100 * share));
            rect("rail", left + 1, top + height - 4, width - 2, 3, 1.5);
            rect("s0", left + 1, top + height - 4, Math.max(2, (width - 2) * share), 3, 1.5);
            svg.append("</g>");
        }
        double baseline = top + PADDING + 9;
        if (!box.title().isEmpty()) {
            text("title", left + PADDING, baseline, box.title());
            baseline += LINE;
        }
        for (String line : box.lines()) {
            text("step", left + PADDING, baseline, line);
            baseline += LINE;
        }
    }

    /// Writes what leaves a part beside its arrows, once.
    private void flows(Blocks outer, Layout layout) {
        for (int i = 0; i < outer.all().size(); i++) {
            if (outer.all().get(i).nodes().getLast().operator() instanceof Operator.Input) {
                continue;
            }
            Set<Node> own = new HashSet<>(outer.all().get(i).nodes());
            String shapes = drawn().stream()
                    .filter(node -> !own.contains(node))
                    .flatMap(node -> node.operands().stream())
                    .filter(own::contains)
                    .map(Steps::shape)
                    .distinct()
                    .collect(Collectors.joining(" "));
            int self = i;
            IntStream.range(0, outer.arrows().size())
                    .filter(arrow -> outer.arrows().get(arrow).from() == self)
                    .mapToObj(arrow -> layout.routes().get(arrow).getFirst())
                    .findFirst()
                    .ifPresent(start -> text("shape", MARGIN + start.x() + 7, MARGIN + start.y() + 12, shapes));
        }
    }

    private void route(List<Point> route, double left, double top, boolean tipped) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < route.size(); i++) {
            double x = left + route.get(i).x();
            double y = top + route.get(i).y();
            if (i == 0) {
                path.append(String.format(Locale.ROOT, "M%.1f %.1f", x, y));
            } else {
                double beforeX = left + route.get(i - 1).x();
                double middle = (top + route.get(i - 1).y() + y) / 2;
                path.append(
                        String.format(Locale.ROOT, "C%.1f %.1f %.1f %.1f %.1f %.1f", beforeX, middle, x, middle, x, y));
            }
        }
        String tip = tipped ? " marker-end=\"url(#tip)\"" : "";
        svg.append("<path class=\"arrow\"")
                .append(tip)
                .append(" d=\"")
                .append(path)
                .append("\"/>");
    }

    private void rect(String style, double left, double top, double width, double height, double radius) {
        svg.append(String.format(
                Locale.ROOT,
                "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" rx=\"%.1f\"/>",
                style,
                left,
                top,
                width,
                height,
                radius));
    }

    private void text(String style, double at, double baseline, String text) {
        svg.append(String.format(
                Locale.ROOT,
                "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>",
                style,
                at,
                baseline,
                Html.escape(text)));
    }
}
