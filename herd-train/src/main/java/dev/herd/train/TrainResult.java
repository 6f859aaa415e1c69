package dev.herd.train;

import java.nio.file.Path;
import java.util.Map;

/// What a finished run came to.
///
/// @param folder of the run
/// @param steps done in all
/// @param bestStep step whose weights were kept; the last one unless the best were restored
/// @param validation metrics at that step; empty without evaluations
/// @param test metrics on the test split with the kept weights; empty without one
/// @param samplesPerSecond rows trained in a second, evaluations not counted
public record TrainResult(
        Path folder,
        long steps,
        long bestStep,
        Map<String, Double> validation,
        Map<String, Double> test,
        double samplesPerSecond) {}
