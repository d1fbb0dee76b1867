# What the portability checks share: sourced, not run.

set -uo pipefail
cd "$(dirname "$0")/../.." || exit 1

export DEBIAN_FRONTEND=noninteractive
scratch=$(mktemp -d)
server=

finish() {
    [ -n "$server" ] && kill -KILL "$server" 2>/dev/null
    rm -rf "$scratch"
}
trap finish EXIT

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -E "$@"; fi
}

# need PACKAGE...: installs those that are missing.
need() {
    local package missing=()
    for package in "$@"; do
        dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return
    if [ -z "${MICROFLASK_PACKAGES_REFRESHED:-}" ]; then
        as_root apt-get update -q >/dev/null || exit 1
    fi
    as_root apt-get install -q -y --no-install-recommends "${missing[@]}" >/dev/null || exit 1
}

# ask URL: prints the answer's body; waits for a server that is starting.
ask() {
    curl -sS --max-time 20 --retry 60 --retry-delay 1 --retry-connrefused "$@"
}

# serve_and_ask PORT COMMAND...: starts a server on a port, asks it, and compares.
serve_and_ask() {
    local port=$1 answer
    shift
    "$@" run --port "$port" >"$scratch/log" 2>&1 &
    server=$!
    answer=$(ask "http://127.0.0.1:$port/")
    if [ "$answer" != "Hello, World!" ]; then
        echo "asked for /, got: $answer"
        cat "$scratch/log"
        return 1
    fi
    # A thousand requests over one connection.
    if [ "$(ask "http://127.0.0.1:$port/?[1-1000]" | grep -o 'Hello, World!' | wc -l)" != 1000 ]; then
        echo "a thousand requests were not all answered"
        return 1
    fi
    if [ "$(ask -o /dev/null -w '%{http_code}' "http://127.0.0.1:$port/missing")" != 404 ]; then
        echo "a missing page is no 404"
        return 1
    fi
    echo "served"
}

# free_port: prints a port that nobody listens on.
free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
