package io.weir.embedded.registry;

import java.util.Locale;
import java.util.Optional;

/** Whether a subject may change. */
enum Mode {
    READWRITE,
    READONLY,
    /** Set globally: every subject is read-only, whatever its own mode says. */
    READONLY_OVERRIDE;

    static final Mode DEFAULT = READWRITE;

    static Optional<Mode> of(String name) {
        for (Mode mode : values()) {
            if (mode.name().equals(name.toUpperCase(Locale.ROOT))) {
                return Optional.of(mode);
            }
        }
        return Optional.empty();
    }
}
