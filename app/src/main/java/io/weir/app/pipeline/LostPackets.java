package io.weir.app.pipeline;

import io.weir.schemas.LossReason;

/** Which losses count in law 1: packets that had reached the collector. */
final class LostPackets {

    private LostPackets() {}

    /** False for packets that were dropped before the collector could see them. */
    static boolean wereSeen(LossReason reason) {
        return reason != LossReason.kernel_drop
                && reason != LossReason.interface_drop
                && reason != LossReason.interface_lost;
    }
}
