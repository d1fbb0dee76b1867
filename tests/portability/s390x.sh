#!/usr/bin/env bash
# The hello on a big-endian machine: s390x under qemu's user-mode emulation.
. "$(dirname "$0")/common.sh"

need g++-s390x-linux-gnu qemu-user curl python3
s390x-linux-gnu-g++ -std=c++20 -O1 -Wall -Wextra -static -pthread -I. examples/hello.cpp \
    -o "$scratch/hello" || exit 1
serve_and_ask "$(free_port)" qemu-s390x "$scratch/hello"
