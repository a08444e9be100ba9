package io.weir.advisor.risk;

import io.weir.schemas.Risk;
import io.weir.schemas.RiskContributor;
import io.weir.schemas.Severity;
import java.util.ArrayList;
import java.util.List;

/** How a risk decays, and what its number means. */
public final class RiskLevels {

    private static final double MAX_SCORE = 100;

    private RiskLevels() {}

    static double score(double sum) {
        return Math.min(MAX_SCORE, sum);
    }

    /** Of a score; a sure finding of a level lies well above its bound, so that it takes hours to fall below. */
    static Severity level(double score) {
        if (score >= 90) {
            return Severity.critical;
        }
        if (score >= 70) {
            return Severity.high;
        }
        if (score >= 40) {
            return Severity.medium;
        }
        return score >= 20 ? Severity.low : Severity.informational;
    }

    /** What a value of one time comes to at another, epoch microseconds. */
    static double decayed(double value, long fromMicros, long toMicros, double halfLifeMicros) {
        return value * Math.pow(2, ((double) fromMicros - toMicros) / halfLifeMicros);
    }

    /**
     * What a risk has come to at a later time, if nothing new was found.
     *
     * @param atMicros epoch microseconds; before the time of the risk, that counts
     */
    public static Risk at(Risk risk, long atMicros) {
        if (atMicros <= risk.getAsOfMicroseconds()) {
            return risk;
        }
        double share = decayed(1, risk.getAsOfMicroseconds(), atMicros, risk.getHalfLifeMilliseconds() * 1000.0);
        List<RiskContributor> contributors = new ArrayList<>();
        for (RiskContributor one : risk.getContributors()) {
            contributors.add(RiskContributor.newBuilder(one)
                    .setContribution(one.getContribution() * share)
                    .build());
        }
        double sum = risk.getSum() * share;
        return Risk.newBuilder(risk)
                .setSum(sum)
                .setScore(score(sum))
                .setLevel(level(score(sum)))
                .setAsOfMicroseconds(atMicros)
                .setContributors(contributors)
                .build();
    }
}
