package io.weir.collectors.capture.ebpf;

import io.weir.collectors.capture.CaptureOpenException;
import io.weir.collectors.capture.CaptureOpenException.Reason;

/** Why an interface cannot be captured from, with what to do about it. */
final class Refusals {

    private Refusals() {}

    static CaptureOpenException of(Reason reason, String name, String why, Throwable cause) {
        return new CaptureOpenException(reason, name, name + ": cannot be captured from with ebpf: " + why, cause);
    }

    static CaptureOpenException of(Reason reason, String name, String why) {
        return of(reason, name, why, null);
    }

    /** Of a call that the kernel refused. */
    static CaptureOpenException ofError(String name, String what, int error) {
        if (error == SystemCalls.EPERM || error == SystemCalls.EACCES) {
            return of(
                    Reason.NOT_PERMITTED,
                    name,
                    what
                            + ": this process may not; run it as root or give it the capabilities CAP_BPF, CAP_PERFMON, CAP_NET_ADMIN and"
                            + " CAP_NET_RAW");
        }
        if (error == SystemCalls.ENODEV || error == SystemCalls.ENXIO) {
            return of(Reason.INTERFACE_NOT_FOUND, name, "the interface went away");
        }
        return of(Reason.NOT_SUPPORTED, name, what + ": " + SystemCalls.strerror(error));
    }
}
