package io.weir.advisor.detection;

import java.time.Duration;

/**
 * @param lateness flows may come this much event time after later ones; rules that wait do so for as long
 * @param patience a busy host is looked at by rules that wait once in so much event time
 * @param quietFlushes nothing has come in for so many flushes: the evidence is as complete as it will be for now
 * @param silentFlushes calls of {@link Detector#flush} until an observation point that says nothing is gone
 * @param maxFindingsOfHost most findings of one host at a time, those that were closed within a day among them
 */
public record DetectorSettings(
        Duration lateness, Duration patience, int quietFlushes, int silentFlushes, int maxFindingsOfHost) {

    long latenessMicros() {
        return lateness.toNanos() / 1000;
    }

    long patienceMicros() {
        return patience.toNanos() / 1000;
    }
}
