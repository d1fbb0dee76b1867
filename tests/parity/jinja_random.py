"""Random templates and contexts for jinja_parity.py: well formed for the most part, with all statements and a good part of
the expressions, filters and tests, in any combination."""

NAMES = ["a", "b", "c", "xs", "d", "s", "n"]
TEXTS = ["", "x", "Hello <b>", "a&b", "two words", "\n", "  pad  ", "\u00e9\u00df", "it's", "1", "2.5", "%s", "{}"]
FILTERS = [
    "upper", "lower", "title", "capitalize", "length", "first", "last", "join", "join(', ')", "list", "sort", "reverse",
    "unique|list", "default('d')", "default('d', true)", "e", "safe", "string", "int", "float", "abs", "round", "trim",
    "replace('a', 'b')", "truncate(5)", "wordcount", "center(7)", "indent", "tojson", "map('string')|list", "select|list",
    "reject|list", "batch(2)|list", "slice(2)|list", "sum", "min", "max", "striptags", "urlencode", "dictsort",
    "format(1)", "items|list", "xmlattr", "map(attribute='x')|list", "selectattr('x')|list", "groupby('x')|list",
    "filesizeformat", "wordwrap(4)", "count", "forceescape", "urlize", "map('upper')|join",
]
TESTS = [
    "defined", "undefined", "none", "number", "string", "mapping", "sequence", "iterable", "odd", "even", "callable",
    "divisibleby 2", "sameas none", "eq 1", "lt 2", "in xs", "boolean", "integer", "float", "lower", "upper", "escaped",
    "true", "false",
]
METHODS = [
    "upper()", "lower()", "strip()", "split()", "split('a')", "keys()|list", "values()|list", "items()|list", "get('x')",
    "get('x', 1)", "startswith('a')", "replace('l', 'L')", "count('a')", "index(1)", "find('l')", "title()", "join(['a'])",
    "isdigit()", "zfill(3)", "format(1, x=2)", "splitlines()",
]
LOOP = ["index", "index0", "revindex", "revindex0", "first", "last", "length", "previtem", "nextitem", "depth"]


class Generator:
    def __init__(self, random):
        self.random = random
        self.blocks = 0
        self.names = list(NAMES)

    def pick(self, *choices):
        return self.random.choice(choices)

    def maybe(self, chance=0.5):
        return self.random.random() < chance

    def options(self):
        options = {"autoescape": self.maybe()}
        for name in ("trim_blocks", "lstrip_blocks", "keep_trailing_newline"):
            if self.maybe(0.2):
                options[name] = True
        if self.maybe(0.15):
            options["undefined"] = self.pick("strict", "chainable", "debug")
        return options

    # ---- contexts

    def value(self, depth=0):
        kind = self.random.randrange(7 if depth < 3 else 5)
        if kind == 0:
            return self.random.randrange(-3, 12)
        if kind == 1:
            return self.pick(0.5, 2.0, -1.25, 1e16, 3.14159)
        if kind == 2:
            return self.random.choice(TEXTS)
        if kind == 3:
            return self.pick(True, False, None)
        if kind == 4:
            return {"$markup": self.random.choice(TEXTS)} if depth == 0 else self.random.choice(TEXTS)
        if kind == 5:
            return [self.value(depth + 1) for _ in range(self.random.randrange(4))]
        return {key: self.value(depth + 1) for key in ("x", "y", "key")[:self.random.randrange(4)]}

    def context(self):
        context = {name: self.value() for name in NAMES if self.maybe(0.8)}
        if self.maybe(0.8):
            context["xs"] = [self.value(1) for _ in range(self.random.randrange(4))]
        if self.maybe(0.8):
            context["d"] = {"x": self.value(1), "y": self.value(1)}
        return context

    # ---- expressions

    def literal(self):
        return self.pick(
            str(self.random.randrange(12)), "1.5", "'a'", '"b<c"', "true", "none", "[1, 2]", "(1, 'a')", "{'x': 1}", "[]",
            "'x' 'y'", "range(3)", "0", "''")

    def expression(self, depth=0):
        kind = self.random.randrange(16) if depth < 3 else self.random.randrange(4)
        below = depth + 1
        if kind <= 1:
            return self.random.choice(self.names)
        if kind == 2:
            return self.literal()
        if kind == 3:
            return self.random.choice(self.names) + self.pick(".x", ".y", "[0]", "['x']", ".key", "[-1]", "[1:]", ".0")
        if kind == 4:
            return (self.expression(below) + " " + self.pick("+", "-", "*", "/", "//", "%", "~", "**") + " "
                    + self.expression(3))
        if kind == 5:
            return (self.expression(below) + " " + self.pick("==", "!=", "<", "<=", ">", ">=", "in", "not in") + " "
                    + self.expression(below))
        if kind == 6:
            return self.expression(below) + " " + self.pick("and", "or") + " " + self.expression(below)
        if kind == 7:
            return self.pick("not ", "-", "+") + self.expression(below)
        if kind in (8, 9, 10):
            return self.expression(below) + "|" + self.random.choice(FILTERS)
        if kind == 11:
            return self.expression(below) + " is " + self.pick("", "not ") + self.random.choice(TESTS)
        if kind == 12:
            otherwise = " else " + self.expression(below) if self.maybe(0.8) else ""
            return "(" + self.expression(below) + " if " + self.expression(below) + otherwise + ")"
        if kind == 13:
            return "(" + self.expression(below) + ")"
        if kind == 14:
            return self.random.choice(self.names) + "." + self.random.choice(METHODS)
        return self.pick("[{}, {}]", "({}, {})", "{{'x': {}, 'y': {}}}").format(
            self.expression(below), self.expression(below))

    # ---- statements

    def text(self):
        return self.random.choice(["", "text", " ", "\n", "  \n  ", "<p>", "a\n", "\nb", " { ", " % "])

    def tag(self, text):
        start = self.pick("{%", "{%", "{%", "{%-", "{%+")
        end = self.pick("%}", "%}", "%}", "-%}", "+%}")
        return start + " " + text + " " + end

    def body(self, depth):
        return "".join(self.text() + self.statement(depth) for _ in range(self.random.randrange(1, 4))) + self.text()

    def statement(self, depth):
        kind = self.random.randrange(18) if depth < 4 else self.random.randrange(4)
        below = depth + 1
        if kind <= 3:
            return self.pick("{{ ", "{{ ", "{{- ") + self.expression() + self.pick(" }}", " }}", " -}}")
        if kind == 4:
            return self.pick("{# c #}", "{#- c -#}", "{# {{ #}", "{% raw %}{{ x }}{% endraw %}")
        if kind == 5:
            parts = [self.tag("if " + self.expression()), self.body(below)]
            if self.maybe(0.3):
                parts += [self.tag("elif " + self.expression()), self.body(below)]
            if self.maybe():
                parts += [self.tag("else"), self.body(below)]
            return "".join(parts) + self.tag("endif")
        if kind in (6, 7, 8):
            target = self.pick("a", "b", "x", "a, b", "i")
            loop = "{{ loop." + self.random.choice(LOOP) + " }}" if self.maybe() else ""
            if self.maybe(0.1):
                loop += "{{ loop.cycle(1, 2) }}{{ loop.changed(a) }}"
            what = self.pick("xs", "range(3)", "'ab'", "d", "d.items()", self.expression(1), "[(1, 2), (3, 4)]")
            test = " if " + self.expression(2) if self.maybe(0.2) else ""
            otherwise = self.tag("else") + self.body(below) if self.maybe(0.2) else ""
            return (self.tag("for " + target + " in " + what + test) + loop + self.body(below) + otherwise
                    + self.tag("endfor"))
        if kind in (9, 10):
            name = self.pick("a", "b", "c", "q", "ns.x" if "ns" in self.names else "q")
            if self.maybe(0.3):
                return self.tag("set " + name + self.pick("", " | upper", " | trim")) + self.body(below) + self.tag(
                    "endset")
            return self.tag("set " + name + " = " + self.expression())
        if kind == 11:
            return self.tag("with a = " + self.expression(1)) + self.body(below) + self.tag("endwith")
        if kind == 12:
            return self.tag("filter " + self.pick("upper", "trim", "e", "replace('a', 'b')", "indent")) + self.body(
                below) + self.tag("endfilter")
        if kind == 13:
            return self.tag("autoescape " + self.pick("true", "false", "n")) + self.body(below) + self.tag("endautoescape")
        if kind == 14:
            name = self.pick("m", "k")
            call = self.pick("{{ %s(1) }}", "{{ %s(b=2) }}", "{{ %s() }}", "{{ %s(1, 2, 3) }}{{ %s.name }}",
                             "{%% call %s(1) %%}body{{ a }}{%% endcall %%}", "{%% call(z) %s() %%}{{ z }}{%% endcall %%}")
            extra = self.pick("", "{{ varargs }}", "{{ kwargs }}", "{{ caller(1) if caller else 'no caller' }}")
            return (self.tag("macro " + name + "(a" + self.pick("", "=1", ", b=a") + ")") + self.body(below) + extra
                    + self.tag("endmacro") + call.replace("%s", name).replace("%%", "%"))
        if kind == 15:
            self.blocks += 1
            name = "block%d" % self.blocks
            again = self.pick("", "", "{{ self." + name + "() }}")
            return (self.tag("block " + name + self.pick("", " scoped")) + self.body(below)
                    + self.pick("", "{{ super() }}") + self.tag("endblock") + again)
        if kind == 16:
            # Without context, Jinja prints before the text of a block that is captured: a fault of its own.
            free = "'inc' without context" if depth == 0 else "'inc'"
            return self.tag("include " + self.pick("'inc'", free, "['none', 'inc']", "'none' ignore missing"))
        return self.tag(self.pick("import 'lib' as lib", "from 'lib' import lm, v", "import 'lib' as lib with context",
                                  "from 'lib' import lm as lib with context")) + self.pick(
            "{{ lib.lm(1) }}", "{{ lm(2) }}", "{{ v }}", "{{ lib }}", "{{ lib(3) }}")

    def templates(self):
        if self.maybe(0.3):
            self.names.append("ns")
        prefix = "{% set ns = namespace(x=1) %}" if "ns" in self.names else ""
        templates = {"main": prefix + self.body(0)}
        count = self.blocks
        if self.maybe(0.25):
            # The parent has some of the child's blocks, and some of its own.
            templates["main"] = "{% extends 'base' %}" + templates["main"]
            blocks = "".join("{% block block" + str(i) + " %}" + self.text() + self.statement(4) + "{% endblock %}"
                             for i in range(1, count + 1) if self.maybe(0.7))
            self.blocks = 100
            templates["base"] = self.body(3) + blocks + self.body(3)
        self.blocks = 200
        templates["inc"] = self.body(3)
        templates["lib"] = ("{% set v = 7 %}{% macro lm(a) %}[{{ a }}{{ n }}{{ x }}]{% endmacro %}" + self.text()
                            + ("{{ " + self.expression() + " }}" if self.maybe(0.3) else ""))
        if self.maybe(0.03):
            # Broken somewhere: the same message must come.
            source = templates["main"]
            cut = self.random.randrange(len(source) + 1)
            templates["main"] = source[:cut] + self.pick("", "{%", "}}", "{{", "%}", "'", "(", "|") + source[
                cut + self.random.randrange(3):]
        return templates
