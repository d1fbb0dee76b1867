#!/usr/bin/env python3
"""Keeps a server busy with honest, slow, rude and mad clients, and checks all the time that its answers are right.

    tests/soak/soak.py PROGRAM [--seconds N] [--clients N]     ten minutes and 24 clients where not said

PROGRAM is the soak_app of the build. At the end every connection must be gone: as many descriptors are open as in the
beginning, memory has not grown since the first fifth, and the program ends with 0 when it is told to. Built with
AddressSanitizer it also must not have leaked. The exit code is 0 where all of that holds.
"""
import argparse
import os
import random
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import time

FILE = bytes(range(256)) * 2000
PATIENCE = 3.5  # seconds; the program gives heads and slow bodies four


class Wrong(Exception):
    """An answer that is not the right one."""


class Client:
    """One connection, and the bytes that came on it."""

    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def reset(self):
        """Closes without manners."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()

    def more(self, size=65536):
        data = self.socket.recv(size)
        if not data:
            raise Wrong("the server closed in the middle of an answer")
        self.buffer += data

    def until(self, end):
        while end not in self.buffer:
            self.more()
        text, self.buffer = self.buffer.split(end, 1)
        return text

    def exactly(self, size):
        while len(self.buffer) < size:
            self.more()
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data

    def answer(self, is_head=False):
        """Returns status, fields and body."""
        lines = self.until(b"\r\n\r\n").split(b"\r\n")
        status = int(lines[0].split(b" ")[1])
        fields = {}
        for line in lines[1:]:
            name, value = line.split(b": ", 1)
            fields[name.lower()] = value
        if status == 100:
            return self.answer(is_head)
        if is_head or status in (204, 304):
            return status, fields, b""
        if fields.get(b"transfer-encoding") == b"chunked":
            body = b""
            while True:
                size = int(self.until(b"\r\n"), 16)
                body += self.exactly(size)
                if self.exactly(2) != b"\r\n":
                    raise Wrong("a chunk does not end")
                if size == 0:
                    return status, fields, body
        return status, fields, self.exactly(int(fields[b"content-length"]))


def lines(count):
    return b"".join(b"line %d\n" % i for i in range(count))


def get(path, more=b""):
    return b"GET " + path + b" HTTP/1.1\r\nHost: soak\r\n" + more + b"\r\n"


def post(path, body, chance):
    head = b"POST " + path + b" HTTP/1.1\r\nHost: soak\r\n"
    if chance.random() < 0.5:
        return head + b"Content-Length: %d\r\n\r\n" % len(body) + body
    chunks = b""
    at = 0
    while at < len(body):
        size = chance.randint(1, 20000)
        piece = body[at : at + size]
        chunks += b"%x\r\n" % len(piece) + piece + b"\r\n"
        at += size
    return head + b"Transfer-Encoding: chunked\r\n\r\n" + chunks + b"0\r\n\r\n"


def exchange(chance):
    """A request, and what must come back: status and body."""
    kind = chance.randrange(11)
    number = chance.randrange(1000)
    if kind == 0:
        return get(b"/text/%d" % number), 200, b"text %d" % number
    if kind == 1:
        return get(b"/lines/%d" % (number * 10)), 200, lines(number * 10)
    if kind == 2:
        return get(b"/stream/%d" % number), 200, lines(number)
    if kind == 3:
        body = chance.randbytes(chance.choice([0, 1, 100, 5000, 65536, 200000]))
        return post(b"/echo", body, chance), 200, body
    if kind == 4:
        body = chance.randbytes(chance.choice([10, 70000, 300000]))
        return post(b"/count", body, chance), 200, b"%d" % len(body)
    if kind == 5:
        return get(b"/file"), 200, FILE
    if kind == 6:
        first = chance.randrange(len(FILE) - 1000)
        return get(b"/file", b"Range: bytes=%d-%d\r\n" % (first, first + 999)), 206, FILE[first : first + 1000]
    if kind == 7:
        return get(b"/sleep/%d" % (number % 30)), 200, b"slept %d" % (number % 30)
    if kind == 8:
        return get(b"/missing/%d" % number), 404, None
    if kind == 9:
        return get(b"/throw"), 500, None
    return post(b"/ignore", chance.randbytes(number * 20), chance), 200, b"ignored"


def check(client, status, body, request):
    found = client.answer()
    if found[0] != status or (body is not None and found[2] != body):
        raise Wrong(f"{request[:60]!r}: {found[0]} instead of {status}, {len(found[2])} bytes")
    if b"a secret" in found[2]:
        raise Wrong("an exception's text was shown")
    return found[1].get(b"connection") != b"close"


def honest(port, chance, soak):
    with Client(port) as client:
        for _ in range(chance.randint(1, 30)):
            request, status, body = exchange(chance)
            client.send(request)
            soak.checked += 1
            if not check(client, status, body, request):
                return


def pipelining(port, chance, soak):
    exchanges = [exchange(chance) for _ in range(chance.randint(2, 30))]
    with Client(port) as client:
        sender = threading.Thread(target=client_send, args=(client, b"".join(e[0] for e in exchanges)))
        sender.start()
        try:
            for request, status, body in exchanges:
                soak.checked += 1
                if not check(client, status, body, request):
                    raise Wrong("closed before the last answer")
        finally:
            if sys.exc_info()[0]:
                client.socket.shutdown(socket.SHUT_RDWR)
            sender.join()


def client_send(client, data):
    try:
        client.send(data)
    except OSError:
        pass  # the reader tells


def splitting(port, chance, soak):
    with Client(port) as client:
        for _ in range(3):
            request, status, body = exchange(chance)
            at = 0
            while at < len(request):
                size = chance.choice([1, 2, 10, 100, 100000])
                client.send(request[at : at + size])
                at += size
                if chance.random() < 0.1:
                    time.sleep(0.001)
            soak.checked += 1
            if not check(client, status, body, request):
                return


def session(port, chance, soak):
    cookie = b""
    for count in range(1, 5):
        with Client(port) as client:
            client.send(get(b"/session", cookie))
            status, fields, body = client.answer()
            soak.checked += 1
            if status != 200 or body != b"%d" % count:
                raise Wrong(f"the session counts {body!r} instead of {count}")
            cookie = b"Cookie: " + fields[b"set-cookie"].split(b";")[0] + b"\r\n"


def vanishing(port, chance, soak):
    """Goes away somewhere: while asking, while being answered, politely or not."""
    client = Client(port)
    with client:
        request = b"".join(exchange(chance)[0] for _ in range(chance.randint(1, 4)))
        try:
            client.send(request[: chance.randint(0, len(request))])
            if chance.random() < 0.5:
                client.more(chance.randint(1, 100000))
        except (OSError, Wrong):
            return
        if chance.random() < 0.5:
            client.reset()


def mad(port, chance, soak):
    """Sends nonsense, or a request with something wrong in it; any answer or end will do."""
    with Client(port) as client:
        if chance.random() < 0.3:
            data = chance.randbytes(chance.randint(1, 3000))
        else:
            data = bytearray(exchange(chance)[0][:3000])
            for _ in range(chance.randint(1, 5)):
                at = chance.randrange(len(data))
                data[at : at + chance.randint(0, 2)] = chance.choice(
                    [b"", b"\0", b"\r", b"\n", b"\r\n", b" ", b":", b"\xff", chance.randbytes(2)]
                )
        try:
            client.send(bytes(data))
            client.socket.shutdown(socket.SHUT_WR)
            while client.socket.recv(65536):
                pass
        except OSError:
            pass


def trickling(port, chance, soak):
    """Sends a head or a body byte by byte, and is served if it ends in time: on a busy machine it may not."""
    begin = time.monotonic()
    request, status, body = get(b"/text/7"), 200, b"text 7"
    if chance.random() < 0.5:
        request, body = post(b"/echo", b"x" * 50, chance), b"x" * 50
    try:
        with Client(port) as client:
            for i in range(len(request)):
                client.send(request[i : i + 1])
                time.sleep(0.01)
            soak.checked += 1
            check(client, status, body, request)
    except (OSError, Wrong):
        if time.monotonic() - begin < PATIENCE:
            raise


def reading_slowly(port, chance, soak):
    with Client(port) as client:  # far above the minimum rate
        client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)
        request, body = get(b"/file"), FILE
        if chance.random() < 0.5:
            request, body = get(b"/stream/20000"), lines(20000)
        client.send(request)
        for _ in range(50):
            client.more(4096)
            time.sleep(0.01)
        soak.checked += 1
        check(client, 200, body, request)


def idling(port, chance, soak):
    clients = []
    try:
        for _ in range(40):
            client = Client(port)
            clients.append(client)
            if chance.random() < 0.5:
                client.send(chance.choice([get(b"/text/1"), b"GET /", b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"]))
        time.sleep(chance.random() * 5)
    finally:
        for client in clients:
            client.socket.close()


BEHAVIOURS = [honest] * 6 + [pipelining] * 2 + [splitting, session] + [vanishing] * 3 + [mad] * 3
BEHAVIOURS += [trickling, reading_slowly, idling]


class Soak:
    def __init__(self, process, port, clients):
        self.process = process
        self.port = port
        self.clients = clients
        self.checked = 0  # roughly: counted without a lock
        self.wrong = []
        self.counts = {}

    def client(self, number, end):
        chance = random.Random(f"{number} {end}")
        while time.monotonic() < end and not self.wrong:
            behaviour = chance.choice(BEHAVIOURS)
            self.counts[behaviour.__name__] = self.counts.get(behaviour.__name__, 0) + 1
            try:
                behaviour(self.port, chance, self)
            except (OSError, Wrong, ValueError, KeyError) as error:
                self.wrong.append(f"{behaviour.__name__}: {type(error).__name__}: {error}")

    def run(self, seconds):
        end = time.monotonic() + seconds
        threads = [threading.Thread(target=self.client, args=(i, end)) for i in range(self.clients)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def descriptors(self):
        """How many are open, once what the clients left has been cleared away."""
        folder = f"/proc/{self.process.pid}/fd"
        if not os.path.isdir(folder):
            return 0
        count = len(os.listdir(folder))
        for _ in range(100):
            time.sleep(0.1)
            now = len(os.listdir(folder))
            if now == count and now < 40:
                break
            count = now
        return count

    def memory(self):
        """The resident memory in KiB; 0 where the system does not say."""
        try:
            with open(f"/proc/{self.process.pid}/status") as status:
                for line in status:
                    if line.startswith("VmRSS:"):
                        return int(line.split()[1])
        except OSError:
            pass
        return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--clients", type=int, default=24)
    options = parser.parse_args()

    with tempfile.TemporaryDirectory() as folder:
        with open(folder + "/file.bin", "wb") as file:
            file.write(FILE)
        errors = open(folder + "/errors", "w+b")
        # What AddressSanitizer keeps of freed memory would look like growth.
        environment = dict(os.environ)
        environment["ASAN_OPTIONS"] = "quarantine_size_mb=8:" + environment.get("ASAN_OPTIONS", "")
        process = subprocess.Popen(
            [options.program, folder + "/file.bin", folder + "/access.log"],
            stdout=subprocess.PIPE, stderr=errors, env=environment,
        )
        port = int(process.stdout.readline())
        soak = Soak(process, port, options.clients)
        soak.run(options.seconds / 5)
        descriptors, memory = soak.descriptors(), soak.memory()
        soak.run(options.seconds * 4 / 5)
        descriptors_after, memory_after = soak.descriptors(), soak.memory()

        wrong = soak.wrong
        if process.poll() is not None:
            wrong.append(f"the program ended with {process.returncode}")
        if descriptors_after > descriptors:
            wrong.append(f"{descriptors} descriptors became {descriptors_after}")
        # A short soak has hardly warmed up when it is measured first.
        if memory_after > memory * (1.25 if options.seconds >= 60 else 2) + 16384:
            wrong.append(f"{memory} KiB of memory became {memory_after}")
        process.send_signal(signal.SIGTERM)
        try:
            code = process.wait(60)
        except subprocess.TimeoutExpired:
            process.kill()
            code = "no end"
        if code != 0:
            wrong.append(f"the exit code is {code}")
        errors.seek(0)
        text = errors.read().decode("utf-8", "replace")
        if "Sanitizer" in text or "runtime error" in text:
            wrong.append("a sanitizer has something to say:\n" + text[text.find("=="):][:6000])
        with open(folder + "/access.log") as log:
            logged = sum(1 for _ in log)

    print(f"{soak.checked} answers checked, {logged} lines logged, "
          f"descriptors {descriptors} -> {descriptors_after}, memory {memory} -> {memory_after} KiB")
    print(", ".join(f"{name} {count}" for name, count in sorted(soak.counts.items())))
    for message in wrong[:20]:
        print("WRONG:", message)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
