#!/usr/bin/env python3
"""Measures our templates against Python's Jinja: a page with a table of 1,000 rows of 5 cells, inheritance, a macro and
escaping; and how long a template of 50 KiB takes to be parsed.

    bench/templates/templates.py PROGRAM          the compiled templates.cpp

Both render the same templates with the same context, one after the other on one processor, best of several rounds. Only
ratios of one run mean anything.
"""
import json
import os
import subprocess
import sys
import time

import jinja2

HERE = os.path.dirname(os.path.abspath(__file__))
ROUNDS = 7


def context():
    rows = [{"id": i, "name": "Name <%d>" % i, "email": "user%d@example.com" % i, "city": "City & Co %d" % (i % 17),
             "note": "A note that is somewhat longer, for row %d" % i} for i in range(1000)]
    return {"title": "Users", "footer": "(c) us & them", "rows": rows}


def large_template():
    piece = ('<li class="{{ item.kind|lower }}">{% if item.url and item.visible is not none %}<a href="{{ item.url }}">'
             '{{ item.title|default("none")|upper }}</a>{% else %}{{ item.title ~ " " ~ item.count + 1 }}{% endif %}</li>\n')
    return piece * (50 * 1024 // len(piece))


def best(function):
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
    return min(times)


def main():
    data = json.dumps({"templates": {name: open(os.path.join(HERE, name), encoding="utf-8").read()
                                     for name in ("base.html", "table.html")},
                       "context": context(), "large": large_template()})
    ours = json.loads(subprocess.run([sys.argv[1]], input=data, capture_output=True, text=True, check=True).stdout)
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(HERE), autoescape=True)
    template = environment.get_template("table.html")
    values = context()
    if template.render(values) != ours["text"]:
        sys.exit("the texts differ")
    render = best(lambda: template.render(values))
    source = large_template()
    parse = best(lambda: environment.from_string(source))
    print("page of 1,000 rows: Jinja %.0f us, ours %.0f us (%.1f ns a cell): %.1f times" % (
        render * 1e6, ours["render"] * 1e6, ours["render"] * 1e9 / 5000, render / ours["render"]))
    print("parsing 50 KiB: Jinja %.1f ms, ours %.2f ms: %.0f times" % (
        parse * 1e3, ours["parse"] * 1e3, parse / ours["parse"]))


if __name__ == "__main__":
    main()
