package io.weir.advisor.detection;

import java.time.Duration;
import java.util.List;

/**
 * What a rule is.
 *
 * @param id stands in findings as {@code rule}, in settings and in documents, for example {@code scan_vertical}
 * @param summary what it finds, one line
 * @param rationale why that is worth a look, and how it is told from what is harmless
 * @param attackTechniques MITRE ATT&amp;CK ids
 * @param idle an episode ends after this much event time without more of it
 * @param isPatient more evidence may take a verdict back (a ratio, a score): it waits until its evidence is complete. One whose numbers only grow
 *     speaks at once
 */
public record DetectionFacts(
        String id, String summary, String rationale, List<String> attackTechniques, Duration idle, boolean isPatient) {}
