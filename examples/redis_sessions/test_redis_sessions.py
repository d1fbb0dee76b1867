#!/usr/bin/env python3
"""Asks redis_sessions for real, beside a Redis of its own: test_redis_sessions.py PROGRAM REDIS-SERVER"""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

program, redis_server = "./redis_sessions", "redis-server"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def start(port, words, environment=None):
    """Starts a program and waits until it listens."""
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                               env={**os.environ, **(environment or {})})
    deadline = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return process
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                process.kill()
                raise RuntimeError(f"{words[0]} does not serve")
            time.sleep(0.02)


class RedisSessions(unittest.TestCase):
    def start_redis(self):
        self.redis = start(self.redis_port, [
            redis_server, "--port", str(self.redis_port), "--bind", "127.0.0.1", "--save", "", "--dir", self.folder.name])

    def stop(self, process):
        process.send_signal(signal.SIGTERM)
        process.wait(30)

    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.redis_port, self.port = free_port(), free_port()
        self.start_redis()
        self.addCleanup(lambda: self.stop(self.redis))
        self.app = start(self.port, [program, "run", "--port", str(self.port)], {"REDIS_PORT": str(self.redis_port)})
        self.addCleanup(lambda: self.stop(self.app))
        self.cookie = None

    def ask(self, path="/", form=None, cookie=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {}
        if cookie or self.cookie:
            headers["Cookie"] = "session=" + (cookie or self.cookie)
        if form is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request("GET" if form is None else "POST", path, form and urllib.parse.urlencode(form), headers)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        field = answer.getheader("Set-Cookie")
        if field and cookie is None:
            self.cookie = field.split(";")[0].split("=", 1)[1] or None
        return answer, body

    def redis_says(self, *words):
        with socket.create_connection(("127.0.0.1", self.redis_port), timeout=5) as connection:
            parts = b"".join(b"$%d\r\n%s\r\n" % (len(word), word) for word in map(str.encode, words))
            connection.sendall(b"*%d\r\n%s" % (len(words), parts))
            reader = connection.makefile("rb")

            def reply():
                line = reader.readline().rstrip()
                if line[:1] == b"*":
                    return [reply() for _ in range(int(line[1:]))]
                if line[:1] == b"$":
                    size = int(line[1:])
                    return reader.read(size + 2)[:-2].decode() if size >= 0 else None
                return int(line[1:]) if line[:1] == b":" else line[1:].decode()

            return reply()

    def test_values_stay_on_the_server(self):
        for visits in (1, 2, 3):
            answer, body = self.ask()
            self.assertEqual((answer.status, json.loads(body)), (200, {"user": None, "visits": visits}))
        self.assertEqual(len(self.cookie), 43)
        self.assertEqual(self.redis_says("KEYS", "*"), ["session:" + self.cookie])
        self.assertEqual(json.loads(self.redis_says("GET", "session:" + self.cookie)), {"visits": 3})
        self.assertGreater(self.redis_says("TTL", "session:" + self.cookie), 2678000)
        field = self.ask("/login", {"user": "Ann"})[0].getheader("Set-Cookie")
        self.assertIn("HttpOnly", field)
        self.assertIn("SameSite=Lax", field)
        self.assertIn("Expires=", field)
        self.assertEqual(json.loads(self.ask()[1]), {"user": "Ann", "visits": 4})
        first = self.cookie
        self.ask("/logout", {})
        self.assertIsNone(self.cookie)
        self.assertEqual(self.redis_says("KEYS", "*"), [])
        self.assertEqual(json.loads(self.ask(cookie=first)[1]), {"user": None, "visits": 1})

    def test_what_does_not_look_at_the_session_costs_nothing(self):
        answer, _ = self.ask("/untouched")
        self.assertIsNone(answer.getheader("Set-Cookie"))
        self.assertIsNone(answer.getheader("Vary"))
        self.assertEqual(self.redis_says("KEYS", "*"), [])

    def test_nobody_chooses_a_name(self):
        for forged in ("x" * 43, "../../etc/passwd", "a*", "session:x", "\"\""):
            answer, body = self.ask(cookie=forged)
            self.assertEqual(json.loads(body)["visits"], 1)
            self.assertNotIn(forged, answer.getheader("Set-Cookie"))
        self.assertNotIn("session:" + "x" * 43, self.redis_says("KEYS", "*"))

    def test_a_redis_that_comes_and_goes(self):
        self.ask()
        self.stop(self.redis)
        self.assertEqual(self.ask()[0].status, 500)
        kept, self.cookie = self.cookie, None
        self.assertEqual(self.ask("/untouched")[0].status, 200)
        self.cookie = kept
        self.start_redis()
        # One connection of before may be left; the one after it is new.
        statuses = [self.ask()[0].status for _ in range(3)]
        self.assertEqual(statuses[-1], 200)


if __name__ == "__main__":
    program, redis_server = sys.argv[1:3]
    unittest.main(argv=[sys.argv[0], *sys.argv[3:]], verbosity=2)
