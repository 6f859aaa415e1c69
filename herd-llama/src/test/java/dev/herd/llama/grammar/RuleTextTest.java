package dev.herd.llama.grammar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleTextTest {
    private static boolean takes(Pattern pattern, byte... text) {
        Automaton.State at = new Automaton(pattern).start();
        for (byte each : text) {
            at = at.after(each & 0xFF);
        }
        return at.complete();
    }

    private static boolean takes(String rules, String text) {
        return takes(RuleText.pattern(rules), text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "root ::= \"yes\" | \"no\"~yes,no~y,yesno",
                "root ::= [a-c]+ [^a-c]~abcd,a-~abc,abcc",
                "root ::= (\"a\" \"b\"?)* ~a,ab,aab,abab~b,abb",
                "root ::= [0-9]{2}~12~1,123",
                "root ::= [0-9]{2,}~12,12345~1",
                "root ::= [0-9]{,2} \"x\"~x,1x,12x~123x",
                "root ::= [0-9]{1,3}~1,123~1234",
                "root ::= . [\\-\\]x]~-x,x-,]]~x,xa",
                "root ::= \"\\\"\\x41\\u00e9\\\\\"~\"A\u00e9\\~A\u00e9",
                "root ::= [\u00e4\u0416-\u0436] [^\u20ac]~\u00e4a,\u0416\u20ad~\u00e4\u20ac,\u0437a",
            })
    void textsOfTheRulesAreTakenAndNoOthers(String rules, String taken, String refused) {
        for (String text : taken.split(",")) {
            assertThat(takes(rules, text)).as(text).isTrue();
        }
        for (String text : refused.split(",")) {
            assertThat(takes(rules, text)).as(text).isFalse();
        }
    }

    @Test
    void rulesRunOverLinesWithCommentsAndHoldEachOther() {
        String rules = """
                # sums in parentheses
                root ::= sum "\\n"   # one a line
                sum ::= term (
                  [+*] # either
                  term
                )*
                term ::= number |
                  "(" sum ")"
                number ::= "-"? [0-9]+
                """;
        assertThat(takes(rules, "1+2*(3+-40)\n")).isTrue();
        assertThat(takes(rules, "(((7)))\n")).isTrue();
        assertThat(takes(rules, "1+\n")).isFalse();
        assertThat(takes(rules, "(1\n")).isFalse();
        assertThat(takes(rules.replace("\n", "\r\n"), "1\n")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0x00, 0x41, 0x7E, 0x7FE, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000, 0x3FFFF, 0x10FFFF})
    void aSetTakesItsCharactersInUtf8AndNoOthers(int around) {
        for (int span : new int[] {0, 1, 70, 5000}) {
            BitSet set = new BitSet();
            int last = Math.min(Character.MAX_CODE_POINT, around + span);
            set.set(around, last + 1);
            Pattern inside = CodePoints.oneOf(set);
            Pattern outside = CodePoints.noneOf(set);
            for (int c :
                    new int[] {around - 1, around, around + 1, around + span / 2, last - 1, last, last + 1, 0x20}) {
                if (c >= 0 && c <= Character.MAX_CODE_POINT && (c < 0xD800 || c > 0xDFFF)) {
                    byte[] text = Character.toString(c).getBytes(StandardCharsets.UTF_8);
                    assertThat(takes(inside, text)).as("U+%x", c).isEqualTo(set.get(c));
                    assertThat(takes(outside, text)).as("U+%x", c).isEqualTo(!set.get(c));
                }
            }
        }
    }

    @Test
    void surrogatesAndBytesThatAreNoUtf8AreNeverTaken() {
        Pattern any = CodePoints.noneOf(new BitSet());
        assertThat(takes(any, (byte) 0xED, (byte) 0xA0, (byte) 0x80)).isFalse();
        assertThat(takes(any, (byte) 0xC0, (byte) 0x80)).isFalse();
        assertThat(takes(any, (byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80))
                .isFalse();
        assertThat(takes(any, (byte) 0x80)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {
                "rot ::= \"a\"~1:1: there is no rule 'root', which says what a whole text is; there are [rot]",
                "root ::= a b\\na ::= \"x\"~1:12: the rule 'b' is used and not defined; there are [root, a]",
                "root ::= \"a\"\\nroot ::= \"b\"~2:1: the rule 'root' is defined twice; join both with |",
                "root ::= sum\\nsum ::= sum \"+\" [0-9]~2:1: the rule 'sum' begins with itself",
                "root ::= \"a\"? b\\nb ::= \"c\"* root~1:1: the rule 'root' begins with itself",
                "root = \"a\"~1:6: expected ::=, found '='",
                "root ::= \"a~1:12: expected \" before the line ends",
                "root ::= [z-a]~1:11: the range from 'z' to 'a' is empty",
                "root ::= []~1:11: no character is in this set",
                "root ::= (\"a\"~1:10: this parenthesis is not closed",
                "root ::= \"a\")~1:13: expected the end of the rule, found ')'",
                "root ::= \"\\q\"~1:11: '\\q' is no escape",
                "root ::= \"\\u12\"~1:13: expected 4 hexadecimal digits",
                "root ::= \"a\"{3,2}~1:14: at least 3 and at most 2 repetitions: there are none",
                "root ::= \"a\"{99999}~1:14: expected a number up to 10000",
                "root ::= !~1:10: expected the name of a rule, of letters, digits, - and _, found '!'",
            })
    void faultsNameLineColumnAndRemedy(String rules, String message) {
        assertThatThrownBy(() -> RuleText.pattern(rules.replace("\\n", "\n")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void rulesBeyondAllMeasureAreRefused() {
        assertThatThrownBy(() -> RuleText.pattern("root ::= " + "(".repeat(300) + "\"a\"" + ")".repeat(300)))
                .hasMessageContaining("nested more than 200 deep");
        assertThatThrownBy(() -> RuleText.pattern("root ::= " + "\"a\" ".repeat(60_000)))
                .hasMessageContaining("more than 50000 parts");
        StringBuilder chain = new StringBuilder("root ::= r1\n");
        for (int i = 1; i < 2000; i++) {
            chain.append("r").append(i).append(" ::= r").append(i + 1).append('\n');
        }
        assertThatThrownBy(
                        () -> RuleText.pattern(chain.append("r2000 ::= \"a\"").toString()))
                .hasMessageContaining("more than 1000 rules");
    }
}
