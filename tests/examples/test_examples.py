#!/usr/bin/env python3
"""Starts every example and asks it for real: test_examples.py FOLDER-OF-PROGRAMS."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
import urllib.parse

programs = "."


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Server:
    """A program that serves on a port, from `with` until the end of it."""

    def __init__(self, name, *arguments):
        self.port = free_port()
        words = [word.replace("PORT", str(self.port)) for word in arguments]
        self.output = tempfile.TemporaryFile("w+")  # no pipe: a full one would stop the program
        self.process = subprocess.Popen(
            [os.path.join(programs, name), *words],
            stdout=self.output, stderr=subprocess.STDOUT)
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                if self.process.poll() is not None or time.monotonic() > deadline:
                    self.process.kill()
                    raise RuntimeError("%s does not serve: %s" % (name, self.printed()))
                time.sleep(0.02)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self.output.close()

    def printed(self):
        self.output.seek(0)
        return self.output.read()

    def ask(self, path="/", method="GET", headers={}, form=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        if form is not None:
            headers = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
        connection.request(method, path, form and urllib.parse.urlencode(form), headers)
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        return answer, body

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(timeout=30)
        return self.process.returncode, self.printed()


class Examples(unittest.TestCase):
    def test_hello(self):
        with Server("hello", "run", "--port", "PORT") as server:
            answer, body = server.ask("/")
            self.assertEqual((answer.status, body), (200, "Hello, World!"))
            self.assertEqual(answer.getheader("Content-Type"), "text/html; charset=utf-8")
            self.assertIsNotNone(answer.getheader("Date"))
            self.assertEqual(server.ask("/missing")[0].status, 404)
            self.assertEqual(server.ask("/", "POST")[0].status, 405)
            code, output = server.stop()
            self.assertEqual(code, 0, output)
            self.assertIn(" * Running on http://127.0.0.1:%d" % server.port, output)

    def test_hello_on_a_busy_port(self):
        with Server("hello", "run", "--port", "PORT") as server:
            second = subprocess.run(
                [os.path.join(programs, "hello"), "run", "--port", str(server.port)],
                capture_output=True, text=True, timeout=60)
            self.assertEqual(second.returncode, 1)
            self.assertIn("Address already in use", second.stderr)
            self.assertIn("Port %d is in use by another program" % server.port, second.stderr)

    def test_hello_with_a_wrong_option(self):
        wrong = subprocess.run([os.path.join(programs, "hello"), "--nonsense"],
                               capture_output=True, text=True, timeout=60)
        self.assertEqual(wrong.returncode, 2)
        self.assertIn("Error: No such option: --nonsense", wrong.stderr)

    def test_hello_shows_its_routes(self):
        routes = subprocess.run([os.path.join(programs, "hello"), "routes"],
                                capture_output=True, text=True, timeout=60)
        self.assertEqual(routes.returncode, 0)
        self.assertRegex(routes.stdout, r"index +GET +/\n")

    def test_request_application(self):
        with Server("request_application", "PORT") as server:
            answer, body = server.ask("/anything")
            self.assertEqual((answer.status, body), (200, "Hello World!"))
            self.assertEqual(server.stop()[0], 0)

    def test_gateway(self):
        with Server("gateway", "PORT") as server:
            answer, body = server.ask("/")
            self.assertEqual((answer.status, body), (200, "<h1>Hello, web!</h1>"))
            self.assertEqual(server.ask("/%3Cb%3E")[1], "<h1>Hello, &lt;b&gt;!</h1>")

    def test_globals(self):
        with Server("globals", "run", "--port", "PORT") as server:
            answer, body = server.ask("/?user=bob")
            self.assertEqual(body, "Welcome, bob! You asked for /; this is visit 1.\n")
            cookie = re.match(r"session=[^;]+", answer.getheader("Set-Cookie")).group()
            answer, body = server.ask("/", headers={"Cookie": cookie})
            self.assertEqual(body, "Welcome, stranger! You asked for /; this is visit 2.\n")
            answer, body = server.ask("/forget", headers={"Cookie": cookie})
            self.assertEqual((answer.status, answer.getheader("Location")), (302, "/"))
            self.assertIn("session=;", answer.getheader("Set-Cookie"))

    def test_login_required(self):
        with Server("login_required", "run", "--port", "PORT") as server:
            def log_in(name):
                answer, _ = server.ask("/login", "POST", form={"user": name})
                self.assertEqual((answer.status, answer.getheader("Location")), (302, "/"))
                return {"Cookie": re.match(r"session=[^;]+", answer.getheader("Set-Cookie")).group()}

            for path in "/", "/notes/7/tea", "/admin":
                answer, _ = server.ask(path)
                self.assertEqual((answer.status, answer.getheader("Location")), (302, "/login"))
            bob = log_in("<bob>")
            self.assertEqual(server.ask("/", headers=bob)[1], "Hello, &lt;bob&gt;!")
            self.assertEqual(server.ask("/notes/7/tea", headers=bob)[1], "Note 7 on tea")
            self.assertEqual(server.ask("/notes/x/tea", headers=bob)[0].status, 404)
            self.assertEqual(server.ask("/admin", headers=bob)[0].status, 403)
            answer, body = server.ask("/admin", headers=log_in("admin"))
            self.assertEqual((answer.status, body), (200, "The engine room"))
            self.assertEqual(answer.getheader("Cache-Control"), "no-store")

    def test_streaming(self):
        with Server("streaming", "run", "--port", "PORT") as server:
            answer, body = server.ask("/countdown/3")
            self.assertEqual((answer.status, body), (200, "3\n2\n1\nLift-off!\n"))
            self.assertEqual(answer.getheader("Transfer-Encoding"), "chunked")
            answer, body = server.ask("/squares.csv")
            self.assertEqual(answer.getheader("Content-Type"), "text/csv; charset=utf-8")
            self.assertEqual(body, "".join("%d,%d\n" % (n, n * n) for n in range(1, 1001)))
            self.assertEqual(server.ask("/hello?name=bob")[1], "Hello, bob!\n")

    def test_async(self):
        with Server("async", "run", "--port", "PORT") as server:
            for town in "Rome", "Oslo":
                self.assertRegex(
                    server.ask("/" + town)[1],
                    r"^%s is sunny and quiet, says /%s( from another thread)?\.\n$" % (town, town))

    def test_socket_loop(self):
        with Server("socket_loop", "PORT") as server:
            for _ in range(3):
                answer, body = server.ask("/")
                self.assertEqual((answer.status, body), (200, "<h1>Hello, world!</h1>"))


if __name__ == "__main__":
    programs = sys.argv.pop(1)
    unittest.main()
