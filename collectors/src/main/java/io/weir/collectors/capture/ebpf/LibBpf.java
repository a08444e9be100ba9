package io.weir.collectors.capture.ebpf;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import com.sun.jna.Pointer;

/**
 * The functions of libbpf 1 that are used here. Those that answer a number answer the negative error number on failure, those that answer a
 * pointer null with the error in {@link Native#getLastError()}. Loading this class fails with a {@link LinkageError} where libbpf is
 * missing.
 */
final class LibBpf {

    static final String LIBRARY = "libbpf.so.1";

    static {
        Native.register(LibBpf.class, NativeLibrary.getInstance(LIBRARY));
        // It would write to the standard error of whoever uses it.
        libbpf_set_print(Pointer.NULL);
    }

    private LibBpf() {}

    static native Pointer libbpf_set_print(Pointer function);

    static native Pointer bpf_object__open_mem(Pointer object, long octets, Pointer options);

    static native int bpf_object__load(Pointer object);

    static native void bpf_object__close(Pointer object);

    static native Pointer bpf_object__find_map_by_name(Pointer object, String name);

    static native Pointer bpf_object__find_program_by_name(Pointer object, String name);

    static native int bpf_program__fd(Pointer program);

    static native int bpf_map__fd(Pointer map);

    static native int bpf_map__set_max_entries(Pointer map, int entries);

    static native Pointer bpf_map__initial_value(Pointer map, Pointer octets);

    static native int bpf_map_update_elem(int map, Pointer key, Pointer value, long flags);

    static native int bpf_map_lookup_elem(int map, Pointer key, Pointer value);

    static native int bpf_map_lookup_and_delete_batch(
            int map, Pointer from, Pointer to, Pointer keys, Pointer values, Pointer count, Pointer options);

    static native int bpf_tc_hook_create(Pointer hook);

    static native int bpf_tc_hook_destroy(Pointer hook);

    static native int bpf_tc_attach(Pointer hook, Pointer options);

    static native int bpf_tc_detach(Pointer hook, Pointer options);
}
