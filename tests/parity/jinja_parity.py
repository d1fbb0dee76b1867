"""Renders the same templates with Python's Jinja and with ours, and compares: the same text, or the same class of error on
the same line.

    jinja_parity.py RENDERER [--random N] [--seed S] [--show]
"""
import argparse
import json
import random
import re
import subprocess
import sys
import traceback

import jinja2
from markupsafe import Markup

import jinja_random
import jinja_templates

UNDEFINED = {
    "standard": jinja2.Undefined,
    "strict": jinja2.StrictUndefined,
    "chainable": jinja2.ChainableUndefined,
    "debug": jinja2.DebugUndefined,
}

# What Python raises where there is no other name for it in ours, or where ours has limits of its own.
SAME_KIND = [
    {"RecursionError", "TemplateRuntimeError"},
    {"SyntaxError", "TemplateSyntaxError"},
    {"SyntaxError", "TemplateAssertionError"},
]


def context_value(value):
    if isinstance(value, dict):
        if list(value) == ["$markup"]:
            return Markup(value["$markup"])
        if list(value) == ["$tuple"]:
            return tuple(context_value(item) for item in value["$tuple"])
        return {key: context_value(item) for key, item in value.items()}
    if isinstance(value, list):
        return [context_value(item) for item in value]
    return value


def line_of(error):
    if isinstance(error, jinja2.TemplateSyntaxError):
        return error.lineno
    line = 0
    for frame in traceback.extract_tb(error.__traceback__):
        if frame.filename in ("<template>", "<unknown>"):
            line = frame.lineno
    return line


def expected(question):
    options = dict(question["options"])
    undefined = UNDEFINED[options.pop("undefined", "standard")]
    environment = jinja2.Environment(
        loader=jinja2.DictLoader(question["templates"]), undefined=undefined, **options)
    context = {name: context_value(value) for name, value in question["context"].items()}
    try:
        return {"text": environment.get_template("main").render(context)}
    except Exception as error:  # whatever Python raises is what is compared
        return {"error": type(error).__name__, "message": str(error), "line": line_of(error)}


class Renderer:
    def __init__(self, program):
        self.program = program
        self.process = None

    def ask(self, question):
        if self.process is None or self.process.poll() is not None:
            self.process = subprocess.Popen([self.program], stdin=subprocess.PIPE,
                                            stdout=subprocess.PIPE, text=True, encoding="utf-8")
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            self.process.wait()
            return {"error": "crash", "message": str(self.process.returncode), "line": 0}
        return json.loads(answer)


def without_addresses(text):
    """Python's repr() of many objects ends in their address."""
    text = re.sub(r" at 0x[0-9a-f]+", "", text)
    return re.sub(r"(list_reverseiterator|reversed|generator) object( \w+)?", "generator object", text)


def is_same(mine, theirs, with_lines):
    if mine.get("message") == "a namespace cannot contain itself":
        return True  # where Python needs its collector of circles
    if "text" in theirs:
        return without_addresses(mine.get("text", "")) == without_addresses(theirs["text"]) and "text" in mine
    if "error" not in mine:
        return False
    if mine["error"] != theirs["error"]:
        return {mine["error"], theirs["error"]} in SAME_KIND
    # Where Python's traceback names no template, there is nothing to compare.
    if theirs["line"] == 0 or not (with_lines or theirs["error"].startswith("TemplateSyntax")):
        return True
    return mine["line"] == theirs["line"]


def fixed_cases():
    for source in jinja_templates.EXPRESSIONS:
        for autoescape in (False, True):
            yield {"main": "\n{{ " + source + " }}"}, {"autoescape": autoescape}
    for source in jinja_templates.SYNTAX_ERRORS:
        yield {"main": "line\n" + source, "base": "", "a": ""}, {}
    for source in jinja_templates.STATEMENTS:
        for autoescape in (False, True):
            yield {"main": source, "inc": "[{{ v }}]"}, {"autoescape": autoescape}
    for templates in jinja_templates.TEMPLATES:
        for autoescape in (False, True):
            yield templates, {"autoescape": autoescape}
    for source, options in jinja_templates.OPTIONS:
        yield {"main": source}, options


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("renderer")
    parser.add_argument("--random", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=20, help="how many differences are shown")
    arguments = parser.parse_args()
    renderer = Renderer(arguments.renderer)
    known = set(jinja_templates.DIFFERENT)
    checked = different = 0

    def check(templates, options, context, with_lines=True):
        nonlocal checked, different
        question = {"templates": templates, "context": context, "options": options}
        checked += 1
        theirs = expected(question)
        mine = renderer.ask(question)
        if is_same(mine, theirs, with_lines):
            return
        if any(text in source for text in known for source in templates.values()):
            return
        different += 1
        if different <= arguments.show:
            print("template: " + json.dumps(templates if len(templates) > 1 else
                                            templates["main"], ensure_ascii=False), options)
            print("  Jinja: ", theirs)
            print("  ours:  ", mine)

    for templates, options in fixed_cases():
        check(templates, options, dict(jinja_templates.CONTEXT, base_name="base"))
    for number in range(arguments.random):
        generator = jinja_random.Generator(random.Random(f"{arguments.seed}-{number}"))
        # Of a statement that Python's compiler spread over several functions, its traceback names another line.
        check(generator.templates(), generator.options(), generator.context(), with_lines=False)
    print(f"{checked} templates, {different} different")
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main())
