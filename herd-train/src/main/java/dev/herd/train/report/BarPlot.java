package dev.herd.train.report;

import java.util.List;
import java.util.Map;

/// Horizontal bars, longest first, each with its name, value and share.
final class BarPlot {
    private static final double WIDTH = 540;
    private static final double ROW = 34;
    private static final double LEFT = 150;
    private static final double RIGHT = 120;

    private BarPlot() {}

    static String of(String title, String unit, Map<String, Double> values) {
        List<Map.Entry<String, Double>> bars = values.entrySet().stream()
                .sorted(Map.Entry.<String, Double>comparingByValue().reversed())
                .toList();
        double total = bars.stream().mapToDouble(Map.Entry::getValue).sum();
        double most = bars.isEmpty() ? 0 : bars.getFirst().getValue();
        double height = 14 + ROW * bars.size();
        StringBuilder svg = new StringBuilder("<figure><figcaption>" + Html.escape(title) + "</figcaption>");
        svg.append("<svg viewBox=\"0 0 %.0f %.0f\" role=\"img\" aria-label=\"%s\">"
                .formatted(WIDTH, height, Html.escape(title)));
        for (int i = 0; i < bars.size(); i++) {
            double value = bars.get(i).getValue();
            double top = 10 + i * ROW;
            double length = most == 0 ? 0 : (WIDTH - LEFT - RIGHT) * value / most;
            svg.append("<text class=\"tick end\" x=\"%.0f\" y=\"%.0f\">%s</text>"
                    .formatted(LEFT - 10, top + 15, Html.escape(bars.get(i).getKey())));
            svg.append("<rect class=\"s0\" x=\"%.0f\" y=\"%.0f\" width=\"%.1f\" height=\"20\" rx=\"3\"/>"
                    .formatted(LEFT, top, Math.max(1, length)));
            svg.append("<text class=\"tick\" x=\"%.1f\" y=\"%.0f\">%s %s, %.0f %%</text>"
                    .formatted(
                            LEFT + length + 8,
                            top + 15,
                            Html.number(value),
                            Html.escape(unit),
                            total == 0 ? 0 : 100 * value / total));
        }
        return svg.append("</svg></figure>").toString();
    }
}
