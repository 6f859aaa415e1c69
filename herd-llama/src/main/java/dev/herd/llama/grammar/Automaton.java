package dev.herd.llama.grammar;

import dev.herd.llama.grammar.Pattern.Choice;
import dev.herd.llama.grammar.Pattern.Named;
import dev.herd.llama.grammar.Pattern.OneOf;
import dev.herd.llama.grammar.Pattern.Repeated;
import dev.herd.llama.grammar.Pattern.Sequence;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Which byte can come next in a text of a pattern. A state is the set of all ways to have got here, each a
/// stack of what is still to come; states and the steps between them are made as they are met and kept, so
/// that later texts, and the thousands of tokens tried on one state, find them.
///
/// For one thread.
final class Automaton {
    /// By identity: patterns share parts, and comparing them by what they are made of could take forever.
    private final Map<Pattern, Map<Stack, Stack>> stacks = new IdentityHashMap<>();
    private final Map<Pattern, Map<Limits, Repeated>> repetitions = new IdentityHashMap<>();
    private final Map<Set<Stack>, State> states = new HashMap<>();
    private final Stack bottom = new Stack(Pattern.EMPTY, null);
    private final State start;

    /// What is to come: a pattern, then what lies below. The same stack is made once.
    private record Stack(Pattern top, @Nullable Stack below) {
        @Override
        public boolean equals(@Nullable Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }

    /// How often something may still come.
    private record Limits(int least, int most) {}

    /// A place between two bytes.
    final class State {
        private final Set<Stack> ways;
        private final @Nullable State[] next = new State[256];

        private State(Set<Stack> ways) {
            this.ways = ways;
        }

        /// Whether the text may end here.
        boolean complete() {
            return ways.contains(bottom);
        }

        /// Whether no text leads here.
        boolean impossible() {
            return ways.isEmpty();
        }

        State after(int value) {
            State known = next[value];
            if (known == null) {
                known = step(this, value);
                next[value] = known;
            }
            return known;
        }
    }

    Automaton(Pattern pattern) {
        Opening opening = new Opening();
        opening.open(push(pattern, bottom));
        start = state(opening.ways);
    }

    State start() {
        return start;
    }

    int states() {
        return states.size();
    }

    private State step(State from, int value) {
        Opening opening = new Opening();
        for (Stack way : from.ways) {
            if (way.top instanceof OneOf one && one.bytes().get(value) && way.below != null) {
                opening.open(way.below);
            }
        }
        return state(opening.ways);
    }

    private State state(Set<Stack> ways) {
        return states.computeIfAbsent(ways, State::new);
    }

    private Stack push(Pattern top, Stack below) {
        return stacks.computeIfAbsent(top, _ -> new HashMap<>()).computeIfAbsent(below, _ -> new Stack(top, below));
    }

    /// What stacks can begin with: stacks with one byte on top, or the bottom.
    private final class Opening {
        private final Set<Stack> ways = new HashSet<>();
        private final Set<Stack> seen = new HashSet<>();

        void open(Stack stack) {
            Stack below = stack.below;
            if (below == null) {
                ways.add(stack);
                return;
            }
            if (!seen.add(stack)) {
                return;
            }
            switch (stack.top) {
                case OneOf _ -> ways.add(stack);
                case Named named -> open(push(named.meaning(), below));
                case Choice choice -> choice.choices().forEach(one -> open(push(one, below)));
                case Sequence sequence -> {
                    Stack rest = below;
                    for (Pattern part : sequence.parts().reversed()) {
                        rest = push(part, rest);
                    }
                    open(rest);
                }
                case Repeated repeated -> {
                    if (repeated.least() == 0) {
                        open(below);
                    }
                    if (repeated.most() > 0) {
                        open(push(repeated.what(), push(fewer(repeated), below)));
                    }
                }
            }
        }
    }

    private Repeated fewer(Repeated repeated) {
        if (repeated.least() == 0 && repeated.most() == Repeated.ENDLESS) {
            return repeated;
        }
        int most = repeated.most() == Repeated.ENDLESS ? repeated.most() : repeated.most() - 1;
        int least = Math.max(0, repeated.least() - 1);
        return repetitions
                .computeIfAbsent(repeated.what(), _ -> new HashMap<>())
                .computeIfAbsent(new Limits(least, most), _ -> new Repeated(repeated.what(), least, most));
    }
}
