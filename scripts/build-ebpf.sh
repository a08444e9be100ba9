#!/usr/bin/env bash
# Compiles the kernel's side of the eBPF source. Commit source and object together: a test compiles again and compares.
# Needs clang-14 and llvm-14; the object depends on the source and on them alone.
#
#   scripts/build-ebpf.sh          into the resources of collectors
#   scripts/build-ebpf.sh FILE     somewhere else
set -euo pipefail
source_directory="$(dirname "${BASH_SOURCE[0]}")/../collectors/src/main/bpf"
object=$(realpath -m "${1:-$source_directory/../resources/io/weir/collectors/capture/ebpf/flow-account.bpf.o}")
cd "$source_directory"
# Little-endian, as the machines are that it is loaded on. Paths in its debug information begin here, wherever that is.
clang-14 -target bpfel -mcpu=v2 -O2 -g -Wall -Wextra -Werror -fdebug-compilation-dir=. -c flow-account.bpf.c -o "$object"
# BTF stays: the spin lock needs it.
llvm-strip-14 --strip-debug "$object"
