package dev.herd.train.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Places the boxes of a directed graph without cycles in rows, every box below those that lead to it, so
/// that arrows are short and seldom cross. An arrow over several rows passes between the boxes of the rows
/// in between.
///
/// **Paper**: the steps of Sugiyama, Tagawa, Toda 1981: rows, order by the mean place of neighbors, places.
final class Layers {
    private static final int SWEEPS = 12;
    /// Room that an arrow takes in a row it passes.
    private static final Size PASSAGE = new Size(10, 0);

    private final List<Size> sizes;
    private final List<Arrow> arrows;
    private final double gapX;
    private final double gapY;
    private final int boxes;
    private final int[] row;
    private final List<List<Integer>> above = new ArrayList<>();
    private final List<List<Integer>> below = new ArrayList<>();
    private final List<int[]> chains = new ArrayList<>();
    private final List<List<Integer>> rows = new ArrayList<>();
    private double[] center = new double[0];

    /// The size of a box.
    ///
    /// @param in where arrows end, right of the middle of its upper edge
    /// @param out where they start, right of the middle of its lower edge
    record Size(double width, double height, double in, double out) {
        Size(double width, double height) {
            this(width, height, 0, 0);
        }
    }

    record Arrow(int from, int to) {}

    record Point(double x, double y) {}

    /// @param left of every box
    /// @param top of every box
    /// @param routes of every arrow, from the lower edge of a box to the upper edge of another
    record Layout(double width, double height, double[] left, double[] top, List<List<Point>> routes) {}

    private Layers(List<Size> sizes, List<Arrow> arrows, double gapX, double gapY) {
        this.sizes = new ArrayList<>(sizes);
        this.arrows = List.copyOf(arrows);
        this.gapX = gapX;
        this.gapY = gapY;
        this.boxes = sizes.size();
        this.row = rows(boxes, arrows);
    }

    static Layout of(List<Size> sizes, List<Arrow> arrows, double gapX, double gapY) {
        Layers layers = new Layers(sizes, arrows, gapX, gapY);
        layers.addPassages();
        layers.order();
        layers.place();
        return layers.layout();
    }

    /// The longest way to each box; boxes that nothing leads to stand right above what they lead to.
    private static int[] rows(int boxes, List<Arrow> arrows) {
        int[] row = new int[boxes];
        boolean moved = true;
        for (int round = 0; moved; round++) {
            if (round > boxes) {
                throw new IllegalArgumentException("the graph has a cycle");
            }
            moved = false;
            for (Arrow arrow : arrows) {
                if (row[arrow.to()] <= row[arrow.from()]) {
                    row[arrow.to()] = row[arrow.from()] + 1;
                    moved = true;
                }
            }
        }
        for (int box = 0; box < boxes; box++) {
            int self = box;
            if (arrows.stream().noneMatch(arrow -> arrow.to() == self)) {
                arrows.stream()
                        .filter(arrow -> arrow.from() == self)
                        .mapToInt(arrow -> row[arrow.to()] - 1)
                        .min()
                        .ifPresent(lowest -> row[self] = lowest);
            }
        }
        return row;
    }

    private void addPassages() {
        int depth = Arrays.stream(row).max().orElse(0) + 1;
        for (int i = 0; i < depth; i++) {
            rows.add(new ArrayList<>());
        }
        for (int box = 0; box < boxes; box++) {
            enter(row[box], box);
        }
        for (Arrow arrow : arrows) {
            int[] chain = new int[row[arrow.to()] - row[arrow.from()] + 1];
            chain[0] = arrow.from();
            chain[chain.length - 1] = arrow.to();
            for (int i = 1; i < chain.length - 1; i++) {
                chain[i] = sizes.size();
                sizes.add(PASSAGE);
                enter(row[arrow.from()] + i, chain[i]);
            }
            for (int i = 1; i < chain.length; i++) {
                below.get(chain[i - 1]).add(chain[i]);
                above.get(chain[i]).add(chain[i - 1]);
            }
            chains.add(chain);
        }
    }

    private void enter(int level, int item) {
        rows.get(level).add(item);
        above.add(new ArrayList<>());
        below.add(new ArrayList<>());
    }

    private void order() {
        double[] rank = new double[sizes.size()];
        rows.forEach(items -> number(items, rank));
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            List<List<Integer>> neighbors = sweep % 2 == 0 ? above : below;
            for (List<Integer> items : sweep % 2 == 0 ? rows : rows.reversed()) {
                double[] wanted = new double[sizes.size()];
                items.forEach(item -> wanted[item] = mean(neighbors.get(item), rank, rank[item]));
                items.sort(Comparator.comparingDouble(item -> wanted[item]));
                number(items, rank);
            }
        }
    }

    private static void number(List<Integer> items, double[] rank) {
        for (int i = 0; i < items.size(); i++) {
            rank[items.get(i)] = i - (items.size() - 1) / 2.0;
        }
    }

    private static double mean(List<Integer> items, double[] values, double otherwise) {
        return items.stream().mapToDouble(item -> values[item]).average().orElse(otherwise);
    }

    private void place() {
        center = new double[sizes.size()];
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            boolean down = sweep % 2 == 0;
            for (List<Integer> items : down ? rows : rows.reversed()) {
                double[] wanted = items.stream()
                        .mapToDouble(item -> down ? underSources(item) : overTargets(item))
                        .toArray();
                double[] placed = spread(items, wanted);
                for (int i = 0; i < placed.length; i++) {
                    center[items.get(i)] = placed[i];
                }
            }
        }
    }

    private double underSources(int item) {
        return above.get(item).stream()
                .mapToDouble(source -> center[source]
                        + sizes.get(source).out()
                        - sizes.get(item).in())
                .average()
                .orElse(center[item]);
    }

    private double overTargets(int item) {
        return below.get(item).stream()
                .mapToDouble(target -> center[target]
                        + sizes.get(target).in()
                        - sizes.get(item).out())
                .average()
                .orElse(center[item]);
    }

    /// The places next to the wanted ones, in the least squares, at which neighbors do not touch: wanted
    /// places less the room they need are made ascending by pooling those that are not.
    private double[] spread(List<Integer> items, double[] wanted) {
        int count = items.size();
        double[] offset = new double[count];
        for (int i = 1; i < count; i++) {
            double room = (sizes.get(items.get(i - 1)).width()
                                    + sizes.get(items.get(i)).width())
                            / 2
                    + gapX;
            offset[i] = offset[i - 1] + room;
        }
        double[] sum = new double[count];
        int[] size = new int[count];
        int pools = 0;
        for (int i = 0; i < count; i++) {
            sum[pools] = wanted[i] - offset[i];
            size[pools++] = 1;
            while (pools > 1 && sum[pools - 2] / size[pools - 2] >= sum[pools - 1] / size[pools - 1]) {
                pools--;
                sum[pools - 1] += sum[pools];
                size[pools - 1] += size[pools];
            }
        }
        double[] placed = new double[count];
        for (int pool = 0, i = 0; pool < pools; pool++) {
            int end = i + size[pool];
            for (; i < end; i++) {
                placed[i] = sum[pool] / size[pool] + offset[i];
            }
        }
        return placed;
    }

    /// Lets arrows that end at the same box end beside each other.
    private void spreadArrivals(List<List<Point>> routes) {
        for (int box = 0; box < boxes; box++) {
            int self = box;
            List<List<Point>> arriving = IntStream.range(0, arrows.size())
                    .filter(i -> arrows.get(i).to() == self)
                    .mapToObj(routes::get)
                    .sorted(Comparator.comparingDouble(
                            route -> route.get(route.size() - 2).x()))
                    .toList();
            double step = Math.min(28, sizes.get(box).width() / (arriving.size() + 1));
            for (int i = 0; i < arriving.size(); i++) {
                Point end = arriving.get(i).removeLast();
                arriving.get(i).add(new Point(end.x() + step * (i - (arriving.size() - 1) / 2.0), end.y()));
            }
        }
    }

    private Layout layout() {
        double leftmost = IntStream.range(0, sizes.size())
                .mapToDouble(item -> center[item] - sizes.get(item).width() / 2)
                .min()
                .orElse(0);
        double[] left = new double[sizes.size()];
        double[] top = new double[sizes.size()];
        double[] rowEnd = new double[sizes.size()];
        double width = 0;
        double y = 0;
        for (List<Integer> items : rows) {
            double height = items.stream()
                    .mapToDouble(item -> sizes.get(item).height())
                    .max()
                    .orElse(0);
            for (int item : items) {
                left[item] = center[item] - sizes.get(item).width() / 2 - leftmost;
                width = Math.max(width, left[item] + sizes.get(item).width());
                top[item] = y;
                rowEnd[item] = y + height;
            }
            y += height + gapY;
        }
        List<List<Point>> routes = chains.stream()
                .map(chain -> route(chain, leftmost, top, rowEnd))
                .toList();
        spreadArrivals(routes);
        return new Layout(width, Math.max(0, y - gapY), left, top, routes);
    }

    /// Straight down past the boxes of every row, bending between rows.
    private List<Point> route(int[] chain, double leftmost, double[] top, double[] rowEnd) {
        List<Point> route = new ArrayList<>();
        for (int i = 0; i < chain.length; i++) {
            int item = chain[i];
            double x = center[item] - leftmost;
            if (i > 0) {
                route.add(new Point(x + sizes.get(item).in(), top[item]));
            }
            if (i == 0) {
                route.add(new Point(
                        x + sizes.get(item).out(), top[item] + sizes.get(item).height()));
            }
            if (i < chain.length - 1) {
                route.add(new Point(x + sizes.get(item).out(), rowEnd[item]));
            }
        }
        return route;
    }
}
