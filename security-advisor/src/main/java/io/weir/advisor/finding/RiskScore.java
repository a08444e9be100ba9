package io.weir.advisor.finding;

import io.weir.schemas.Confidence;
import io.weir.schemas.Severity;

/** Severity weighed with confidence, 0 to 100: for sorting, and for sums over a host. */
public final class RiskScore {

    private RiskScore() {}

    /** The score of a finding. */
    public static int of(Severity severity, Confidence confidence) {
        int base =
                switch (severity) {
                    case unknown, informational -> 10;
                    case low -> 25;
                    case medium -> 50;
                    case high -> 75;
                    case critical -> 95;
                };
        // Per cent.
        int sureness =
                switch (confidence) {
                    case high -> 100;
                    case medium -> 80;
                    case low, unknown -> 50;
                };
        return base * sureness / 100;
    }
}
