"""What the files of the application of parity.py share."""

import os
from flask import Flask

ROOT = os.path.dirname(os.path.abspath(__file__))


class Base(Exception):
    pass


class Derived(Base):
    pass


def seconds(time):
    return None if time is None else int(time.timestamp())


def sorted_tags(header):
    """Returns a list whose order is a Python set's in an order of its own."""
    return sorted(header.split(", "))


def lists(values):
    return [[key, values.getlist(key)] for key in values.keys()]


def fail(message="failed"):
    raise RuntimeError(message)


def make(name, **options):
    app = Flask(name, root_path=ROOT, **options)
    app.secret_key = "a shared secret"
    return app
