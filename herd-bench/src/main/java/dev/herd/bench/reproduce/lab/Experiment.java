package dev.herd.bench.reproduce.lab;

import java.util.List;

/// The reproduction of one paper: minutes of work on two cores.
public interface Experiment {
    /// The name on the command line: `wukong`.
    String name();

    /// Authors, title and number of the paper.
    String paper();

    /// What is measured, in a sentence.
    String about();

    /// What [Lab#wants] is asked for: parts that can be measured alone.
    default List<String> parts() {
        return List.of();
    }

    Findings run(Lab lab);
}
