package dev.herd.bench.reproduce.lab;

/// The reproduction of one paper: minutes of work on two cores.
public interface Experiment {
    /// The name on the command line: `wukong`.
    String name();

    /// Authors, title and number of the paper.
    String paper();

    /// What is measured, in a sentence.
    String about();

    Findings run(Lab lab);
}
