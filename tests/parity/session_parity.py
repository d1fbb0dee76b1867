#!/usr/bin/env python3
"""Passes one session back and forth between a real Flask application and the same one here.

    session_parity.py PROGRAM      PROGRAM is session_app, compiled
"""

import datetime
import json
import os
import random
import re
import sys
import unittest
import uuid
from urllib.parse import quote

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "examples"))
import test_examples
from test_examples import Server

import flask
from markupsafe import Markup


def make_app():
    app = flask.Flask(__name__)
    app.secret_key = "a shared secret"

    @app.get("/set")
    def set_values():
        flask.session.update(json.loads(flask.request.args["json"]))
        return "ok"

    @app.get("/get")
    def get_values():
        return flask.jsonify(dict(flask.session))

    @app.get("/flash")
    def flash():
        flask.flash(flask.request.args["message"], flask.request.args.get("category", "message"))
        return "ok"

    @app.get("/messages")
    def messages():
        return flask.jsonify(flask.get_flashed_messages(with_categories=True))

    @app.get("/permanent")
    def permanent():
        flask.session.permanent = True
        return "ok"

    @app.get("/special")
    def special():
        flask.session["tuple"] = (1, (2, 3))
        flask.session["bytes"] = b"abc"
        flask.session["markup"] = Markup("<b>")
        flask.session["uuid"] = uuid.UUID(int=5)
        flask.session["date"] = datetime.datetime(2024, 2, 29, 12, 34, 56, tzinfo=datetime.timezone.utc)
        flask.session["looks"] = {" t": "like a tag"}
        return "ok"

    @app.get("/is-special")
    def is_special():
        expected = {
            "tuple": (1, (2, 3)), "bytes": b"abc", "markup": Markup("<b>"), "uuid": uuid.UUID(int=5),
            "date": datetime.datetime(2024, 2, 29, 12, 34, 56, tzinfo=datetime.timezone.utc),
            "looks": {" t": "like a tag"}}
        return str([key for key, value in expected.items()
                    if flask.session.get(key) != value or type(flask.session.get(key)) is not type(value)])

    return app


def cookie_of(fields, before):
    for field in fields:
        match = re.match(r"session=([^;]*)", field)
        if match:
            return match.group(1)
    return before


class Here:
    """A client of the application here."""

    def __init__(self, server):
        self.server = server

    def get(self, path, cookie):
        headers = {"Cookie": "session=" + cookie} if cookie else {}
        answer, body = self.server.ask(path, headers=headers)
        if answer.status != 200:
            raise AssertionError("%s: %d %s" % (path, answer.status, body))
        return body, cookie_of(answer.msg.get_all("Set-Cookie") or [], cookie)


class There:
    """A client of the real Flask application."""

    def __init__(self):
        self.app = make_app()

    def get(self, path, cookie):
        headers = {"Cookie": "session=" + cookie} if cookie else {}
        answer = self.app.test_client(use_cookies=False).get(path, headers=headers)
        if answer.status_code != 200:
            raise AssertionError("%s: %d %s" % (path, answer.status_code, answer.text))
        return answer.text, cookie_of(answer.headers.getlist("Set-Cookie"), cookie)


def random_value(source, depth=0):
    kinds = [
        lambda: source.randint(-2**53, 2**53),
        lambda: source.choice([True, False, None]),
        lambda: source.random() * 10 ** source.randint(-20, 20),
        lambda: "".join(chr(source.choice([source.randint(1, 127), source.randint(160, 0xD7FF),
                                           source.randint(0x1F300, 0x1F6FF)]))
                        for _ in range(source.randint(0, 30))),
        lambda: source.choice(["the quick brown fox ", "ab", "\u00e9"]) * source.randint(0, 40),  # is compressed
    ]
    if depth < 3:
        kinds.append(lambda: [random_value(source, depth + 1) for _ in range(source.randint(0, 4))])
        kinds.append(lambda: {random_key(source): random_value(source, depth + 1)
                              for _ in range(source.randint(0, 4))})
    return source.choice(kinds)()


def random_key(source):
    return source.choice(["a", "key", " t", " di", " x", "\u00e9", "with space", "_flashes2", "n%d" % source.randint(0, 99)])


class SessionParity(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.server = Server(os.path.basename(program), "run", "--port", "PORT")
        cls.here = Here(cls.server)
        cls.there = There()

    @classmethod
    def tearDownClass(cls):
        cls.server.__exit__()

    def test_back_and_forth(self):
        cookie = None
        sides = [self.there, self.here]
        for turn in range(10):
            _, cookie = sides[turn % 2].get('/set?json={"turn%d":%d}' % (turn, turn), cookie)
            body, cookie = sides[(turn + 1) % 2].get("/get", cookie)
            self.assertEqual(json.loads(body), {"turn%d" % i: i for i in range(turn + 1)})

    def test_random_sessions(self):
        source = random.Random(20261121)
        for _ in range(2000):
            values = {random_key(source): random_value(source) for _ in range(source.randint(1, 5))}
            path = "/set?json=" + quote(json.dumps(values))
            payloads = []
            for writer, reader in ((self.there, self.here), (self.here, self.there)):
                _, cookie = writer.get(path, None)
                body, _ = reader.get("/get", cookie)
                self.assertEqual(json.loads(body), values)
                payloads.append(cookie.rsplit(".", 2)[0])  # without the time and the signature
            self.assertEqual(*payloads)

    def test_values_that_json_does_not_have_survive(self):
        _, cookie = self.there.get("/special", None)
        _, cookie = self.here.get('/set?json={"more":1}', cookie)
        body, _ = self.there.get("/is-special", cookie)
        self.assertEqual(body, "[]")

    def test_flashed_messages(self):
        for flasher, shower in ((self.there, self.here), (self.here, self.there)):
            _, cookie = flasher.get("/flash?message=Hello", None)
            _, cookie = shower.get("/flash?message=Nope&category=error", cookie)
            body, cookie = flasher.get("/messages", cookie)
            self.assertEqual(json.loads(body), [["message", "Hello"], ["error", "Nope"]])
            body, _ = shower.get("/messages", cookie)
            self.assertEqual(json.loads(body), [])

    def test_permanent(self):
        for one, other in ((self.there, self.here), (self.here, self.there)):
            _, cookie = one.get("/permanent", None)
            body, _ = other.get("/get", cookie)
            self.assertEqual(json.loads(body), {"_permanent": True})

    def test_long_sessions_are_compressed(self):
        values = {"text": "the quick brown fox " * 40}
        path = "/set?json=" + quote(json.dumps(values))
        for writer, reader in ((self.there, self.here), (self.here, self.there)):
            _, cookie = writer.get(path, None)
            self.assertTrue(cookie.startswith("."), cookie)
            self.assertEqual(json.loads(reader.get("/get", cookie)[0]), values)


if __name__ == "__main__":
    program = sys.argv.pop(1)
    test_examples.programs = os.path.dirname(os.path.abspath(program))
    unittest.main()
