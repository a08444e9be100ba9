package io.weir.advisor.detection;

import io.weir.advisor.host.Contact;

/** A rule about what others began with a host; what it began itself says nothing new. */
interface ServiceDetection extends Detection {

    @Override
    default boolean concerns(Contact contact) {
        return false;
    }
}
