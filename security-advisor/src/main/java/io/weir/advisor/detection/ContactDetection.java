package io.weir.advisor.detection;

import io.weir.advisor.host.ServedPort;

/** A rule about what a host began; what others began with it says nothing new. */
interface ContactDetection extends Detection {

    @Override
    default boolean concerns(ServedPort service) {
        return false;
    }
}
