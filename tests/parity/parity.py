#!/usr/bin/env python3
"""Sends the same requests to one application on the real Flask (app.py) and here (app.cpp), and compares the answers:
status, header fields (all but Date, Server and Connection; in any order) and body, byte for byte.

    parity.py PROGRAM [GROUP...]   PROGRAM is parity_app, compiled; the groups are those of cases.py

A known difference between the versions stands in known.py, with the reason. It must be there.
"""

import http.client
import logging
import os
import socket
import subprocess
import sys
import threading
import unittest
import zlib

import werkzeug.serving
from itsdangerous.encoding import base64_decode

import app
import cases
import known

IGNORED_FIELDS = {"date", "server", "connection"}
UNORDERED_FIELDS = {"allow"}  # made of a Python set


class QuietHandler(werkzeug.serving.WSGIRequestHandler):
    def log(self, *_):
        pass


class Side:
    """A server that is asked, and the cookies of its client."""

    def __init__(self, port):
        self.port = port
        self.cookies = {}

    def ask(self, request):
        """Returns the parts of an answer: "status", "body", and the values of each field."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            connection.sendall(request.bytes(self.cookies))
            response = http.client.HTTPResponse(connection, method=request.method)
            response.begin()
            parts = {"status": response.status, "reason": response.reason}
            for name, value in response.getheaders():
                if name.lower() in UNORDERED_FIELDS:
                    value = ", ".join(sorted(value.split(", ")))
                if name.lower() == "set-cookie":
                    if request.cookies:
                        key, _, content = value.partition(";")[0].partition("=")
                        self.cookies[key] = content
                    value = readable_cookie(value)
                if name.lower() not in IGNORED_FIELDS:
                    parts.setdefault(name, []).append(value)
            parts["body"] = response.read()
            return parts


def readable_cookie(field):
    """Returns a Set-Cookie field with a session's content instead of its signature and times."""
    pair, _, attributes = field.partition(";")
    name, _, value = pair.partition("=")
    if name in ("session", "sid") and value:
        payload = value.rsplit(".", 2)[0]
        content = zlib.decompress(base64_decode(payload[1:])) if payload[0] == "." else base64_decode(payload)
        words = ["Expires=later" if word.startswith("Expires=") else word for word in attributes.strip().split("; ")]
        return "%s=%s; %s" % (name, content.decode(), "; ".join(words))
    return field


class Parity(unittest.TestCase):
    asked = 0

    @classmethod
    def setUpClass(cls):
        logging.disable(logging.CRITICAL)
        cls.server = werkzeug.serving.make_server(
            "127.0.0.1", 0, app.application(), threaded=True, request_handler=QuietHandler)
        threading.Thread(target=cls.server.serve_forever, daemon=True).start()
        cls.process = subprocess.Popen([program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        port = cls.process.stdout.readline()
        if not port:
            raise RuntimeError("%s does not serve" % program)
        cls.there = Side(cls.server.server_port)
        cls.here = Side(int(port))

    @classmethod
    def tearDownClass(cls):
        cls.process.kill()
        cls.process.wait()
        cls.process.stdout.close()
        cls.server.shutdown()
        print("%d requests; %d answers differ for %d known reasons" % (
            cls.asked, sum(each.seen for each in known.KNOWN), sum(each.seen > 0 for each in known.KNOWN)))

    def test_zz_every_known_difference_is_there(self):
        if not wanted:
            self.assertEqual([each.reason for each in known.KNOWN if each.seen == 0], [])

    def compare(self, request):
        there = self.there.ask(request)
        here = self.here.ask(request)
        # Werkzeug 2.2 shouts the reason phrase.
        for parts in (there, here):
            parts["reason"] = parts["reason"].upper()
        differing = {name for name in {*there, *here} if there.get(name) != here.get(name)}
        unknown = set(differing)
        for difference in [each for each in known.KNOWN if each.matches(request)]:
            if differing.issuperset(difference.parts):
                difference.seen += 1
                unknown -= set(difference.parts)
                if "status" in difference.parts:
                    unknown.clear()
                if "body" in difference.parts:
                    unknown.discard("Content-Length")
            else:
                self.assertFalse(difference.strict, "does not differ any more: " + difference.reason)
        if unknown:
            self.fail("".join("\n  %s\n    Flask: %s\n    here:  %s" % (name, there.get(name), here.get(name))
                              for name in sorted(unknown)))


def test_of(group):
    def test(self):
        self.there.cookies.clear()
        self.here.cookies.clear()
        for request in group():
            Parity.asked += 1
            with self.subTest(request=str(request)[:300]):
                self.compare(request)
    return test


if __name__ == "__main__":
    program = os.path.abspath(sys.argv[1])
    wanted = sys.argv[2:]
    for group in cases.GROUPS:
        if not wanted or group.__name__ in wanted:
            setattr(Parity, "test_" + group.__name__, test_of(group))
    unittest.main(argv=sys.argv[:1])
