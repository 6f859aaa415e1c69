package dev.herd.train.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.xml.sax.InputSource;

class PageTest {
    @Test
    void aPlotAsAFileIsSoundXmlWithItsOwnColorsAndPaper() throws Exception {
        Page.Line line = new Page.Line("a < b", List.of(new double[] {0.1, 2}, new double[] {10, -1}));
        String file = Page.svgFile(Page.scalingPlot("Loss & \"compute\"", "FLOPs", "change", List.of(line, line)));
        Element svg = DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(file)))
                .getDocumentElement();
        assertThat(svg.getTagName()).isEqualTo("svg");
        assertThat(svg.getElementsByTagName("style").getLength()).isEqualTo(1);
        assertThat(((Element) svg.getElementsByTagName("rect").item(0)).getAttribute("class"))
                .isEqualTo("paper");
        assertThat(svg.getElementsByTagName("circle").getLength()).isEqualTo(4);
    }
}
