package io.weir.advisor.detection;

import io.weir.advisor.host.Contact;
import io.weir.advisor.host.Host;
import io.weir.advisor.host.Observation;
import io.weir.advisor.host.Outcome;
import io.weir.advisor.host.ServedPort;
import io.weir.schemas.Confidence;
import io.weir.schemas.FlowClass;
import java.util.Set;

/** What several rules ask about services and contacts. */
final class Services {

    static final int DNS = 53;

    /** Services by which hosts are taken over one after the other: SSH, RPC, NetBIOS, SMB, RDP, WinRM. */
    private static final Set<Integer> REMOTE_ADMIN = Set.of(22, 135, 139, 445, 3389, 5985, 5986);

    private Services() {}

    /** True for a TCP service by which a host is administered from afar. */
    static boolean isRemoteAdmin(int protocol, int port) {
        return protocol == Observation.TCP && REMOTE_ADMIN.contains(port);
    }

    static boolean isTcp(Contact contact) {
        return contact.key().protocol() == Observation.TCP;
    }

    static boolean isUdp(Contact contact) {
        return contact.key().protocol() == Observation.UDP;
    }

    static boolean isAnswered(Contact contact) {
        return contact.outcome() == Outcome.ANSWERED;
    }

    /** It began in the cluster and left it. */
    static boolean isEgress(Contact contact) {
        return contact.flowClass() == FlowClass.egress;
    }

    static boolean isInternal(Contact contact) {
        return contact.flowClass() == FlowClass.internal;
    }

    /** True when it is sure, or as good as, who asked. */
    static boolean isSure(Confidence confidence) {
        return confidence == Confidence.medium || confidence == Confidence.high;
    }

    /** True when packets of the host pass that observation point: where none do, its questions are not seen either. */
    static boolean isSeenSending(Host host, String point) {
        for (Contact contact : host.contacts()) {
            if (contact.view().point().equals(point) && contact.view().traffic().packetsOut() > 0) {
                return true;
            }
        }
        for (ServedPort service : host.services()) {
            if (service.view().point().equals(point)) {
                for (int i = 0; i < service.view().size(); i++) {
                    if (service.view().packetsOut(i) > 0) {
                        return true;
                    }
                }
            }
        }
        return false;
    }
}
