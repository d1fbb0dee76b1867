#!/usr/bin/env bash
# The hello, cross-compiled for Windows with MinGW-w64 and served under Wine.
. "$(dirname "$0")/common.sh"

need g++-mingw-w64-x86-64-posix wine wine64 curl python3
export WINEDEBUG=-all WINEPREFIX="$scratch/prefix" WINEDLLOVERRIDES='mscoree=;mshtml=;winedbg.exe=d'
unset DISPLAY

x86_64-w64-mingw32-g++-posix -std=c++20 -O1 -Wall -Wextra -static -I. examples/hello.cpp \
    -o "$scratch/hello.exe" -lws2_32 -lmswsock -lbcrypt || exit 1
serve_and_ask "$(free_port)" wine "$scratch/hello.exe"
code=$?
wineserver -k 2>/dev/null || /usr/lib/wine/wineserver64 -k
exit $code
