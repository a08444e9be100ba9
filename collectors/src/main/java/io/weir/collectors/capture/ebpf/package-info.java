/**
 * Live interfaces of Linux by way of a program in the kernel, which counts plain TCP and UDP by flow and hands everything else over as
 * frames: tc-bpf(8), libbpf through JNA. The program's source is {@code src/main/bpf/flow-account.bpf.c}.
 */
package io.weir.collectors.capture.ebpf;
