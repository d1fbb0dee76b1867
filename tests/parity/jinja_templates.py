"""The templates that jinja_parity.py renders with Python's Jinja and with ours. A case is a template, or a dict of templates
with the one to render under "main"; behind it a context of its own and options, where the common ones do not do."""

CONTEXT = {
    "n": 5,
    "neg": -7,
    "f": 2.5,
    "big": 12345678901,
    "s": "Hello <World> & 'all'",
    "t": "  some text\nwith lines  ",
    "words": "the quick brown fox jumps over the lazy dog",
    "e": "",
    "none": None,
    "yes": True,
    "no": False,
    "xs": [1, 2, 3],
    "ys": [3, 1, 2, 3],
    "names": ["bob", "Alice", "carol", "Dave"],
    "d": {"a": 1, "b": [1, 2], "c": {"x": "y"}, "items": "shadow"},
    "users": [
        {"name": "Ann", "age": 30, "active": True, "city": "Paris", "tags": ["x", "y"]},
        {"name": "bob", "age": 25, "active": False, "city": "Rome", "tags": []},
        {"name": "Cid", "age": 35, "active": True, "city": "Paris", "tags": ["z"]},
    ],
    "tree": [
        {"n": "a", "c": [{"n": "b", "c": []}, {"n": "c", "c": [{"n": "d", "c": []}]}]},
        {"n": "e", "c": []},
    ],
    "html": {"$markup": "<b>hi</b>"},
    "tup": {"$tuple": [1, "a"]},
    "uni": "h\u00e9llo w\u00f6rld \u00df \u4e16\u754c",
    "mixed": [3, "a", None, 2.5, True],
    "empty": [],
    "emptyd": {},
    "pairs": [["a", 1], ["b", 2]],
    "url": "see http://example.com/a?b=c&d=e and www.python.org, mail me@example.org.",
}

EXPRESSIONS = """
1
1 + 2 * 3
(1 + 2) * 3
2 ** 3 ** 2
-2 ** 2
2 ** -1
7 / 2
7 // 2
-7 // 2
7 % 3
-7 % 3
7.5 % 2
1 / 0
1 // 0
1 % 0
1.0 / 0
0.1 + 0.2
1e3
1e16
1e-5
1.5e300 * 1e10
100000000000000000.0
1_000_000
0x1f
0o17
0b101
1_0.2_5
12345678901 * 2
"a" + "b"
"a" ~ 1 ~ none ~ true
"a" * 3
3 * "ab"
[1] * 2
[1] + [2]
(1,) + (2,)
"a" + 1
1 + "a"
[1] + (2,)
none + 1
n + f
n - f
n * neg
n / neg
n // neg
neg % n
n ** 2
-n
+n
- -n
not n
not none
not e
n == 5
n == 5.0
n == "5"
n != 5
1 < 2 < 3
1 < 3 < 2
3 > 2 > 1 > 0
1 < n <= 5 == 5
"a" < "b"
"a" < 1
[1, 2] < [1, 3]
(1, 2) == (1, 2)
[1, 2] == (1, 2)
{"a": 1} == {"a": 1}
none < 1
1 in xs
9 in xs
9 not in xs
"a" in d
"x" in "xyz"
1 in "xyz"
"a" in none
not 1 in xs
not (1 in xs)
1 and 2
0 and 2
0 or 2
e or "default"
none or 0 or e
yes and no or n
true and false
True
False
None
none
true
1 if yes else 2
1 if no else 2
1 if no
"x" if n > 3 else "y" if n > 2 else "z"
(1 if no) is defined
xs[0]
xs[-1]
xs[9]
xs["a"]
xs.0
xs[1:]
xs[:2]
xs[::-1]
xs[-2:]
xs[::2]
xs[5:1]
xs[::0]
s[0]
s[1:5]
s[-3:]
s[100]
uni[1]
uni[::-1]
d.a
d["a"]
d.b[1]
d.c.x
d["c"]["x"]
d.missing
d.missing.deeper
d["missing"]
d.items
d["items"]
d.keys()
d.values()|list
d.get("a")
d.get("zzz")
d.get("zzz", "fallback")
missing
missing.attr
missing["x"]
missing()
missing + 1
missing == 1
missing|default("x")
missing is defined
n.missing
n.real
s.upper()
s.nothing()
"abc".upper()
"a,b,c".split(",")
" x ".strip()
"abc".startswith("a")
"a-b".replace("-", "+")
"%s and %d" % ("x", 3)
"%05.2f|%x|%r" % (3.14159, 255, "q")
"{} {}".format(1, 2)
"{0}-{a}".format(1, a=2)
"x".join(["a", "b"])
"abc".index("z")
"Hello World".title()
"hello".capitalize()
"abc".center(9, "*")
"a b".split()
"l1\\nl2".splitlines()
"abc".find("c")
"aXbX".count("X")
"abc".isalpha()
"12".isdigit()
"12".zfill(5)
[1, 2, 3].index(2)
[1, 2].count(1)
{"a": 1}.items()|list
{"a": 1, "b": 2}
[1, "a", none, true, 2.5]
(1, "a")
(1,)
()
[]
{}
[1, [2, [3, (4,)]], {"k": [none]}]
{"a": {"b": {}}, 1: 2, none: 3}
"it's"
'say "hi"'
"it's \\"both\\""
["it's", 'say "hi"', "both ' and \\""]
"\\x41\\u00e9\\t|\\n|\\\\"
["\\n\\t\\\\ \\x00 \\x7f \\u00e9 \\u200b"]
"a" "b" 'c'
"é"
uni
uni|length
mixed
tup
tup[1]
html
html + "<i>"
"<i>" + html
html ~ "<i>"
"<i>" ~ html
html * 2
html % 1
"%s" % html
html.upper()
[html]
html.striptags()
s
[s]
range(5)|list
range(2, 8, 3)|list
range(5, 0, -2)|list
range(3)
range(0)|list
range(5)[1]
range(5)|length
dict(a=1, b=2)
dict({"x": 1}, y=2)
dict([("a", 1)])
namespace(a=1).a
cycler("a", "b")
joiner(",")
lipsum(n=1)|length > 10
loop
self
1 is odd
2 is even
6 is divisibleby 3
6 is divisibleby(4)
n is number
f is float
n is integer
yes is boolean
yes is integer
true is true
false is false
1 is true
s is string
d is mapping
xs is sequence
s is sequence
d is sequence
n is sequence
xs is iterable
n is iterable
s is iterable
none is none
n is none
missing is undefined
n is defined
range is callable
n is callable
n is sameas n
1 is sameas 1.0
n is eq 5
n is equalto(5)
n is ne 4
n is gt 4
n is ge 5
n is lt 5
n is le 5
n is greaterthan(4)
n is lessthan(4)
1 is in [1, 2]
1 is in(xs)
1 is not in [2]
"abc" is lower
"ABC" is upper
html is escaped
s is escaped
"upper" is filter
"nope" is filter
"odd" is test
"nope" is test
n is not odd
not n is odd
n is odd and n is number
n is divisibleby
n is unknowntest
n|unknownfilter
n is odd is even
-1|abs
(-1)|abs
-1.5|abs
"a"|abs
s|upper
s|lower
s|title
s|capitalize
"foo bar-baz_qux o'neil"|title
s|e
s|escape
s|safe
html|e
html|forceescape
s|forceescape
s|striptags
s|length
xs|length
xs|count
d|length
n|length
missing|length
none|length
xs|first
xs|last
empty|first
empty|last
e|first
s|first
d|first
ys|sort
ys|sort(reverse=true)
names|sort
names|sort(case_sensitive=true)
mixed|sort
users|sort(attribute="age")|map(attribute="name")|join(",")
users|sort(attribute="city,age")|map(attribute="name")|list
users|sort(attribute="missing")
d|dictsort
{"b": 1, "A": 2}|dictsort
{"b": 1, "A": 2}|dictsort(true)
{"b": 1, "A": 2}|dictsort(by="value")
{"b": 1, "A": 2}|dictsort(false, "value", true)
{"b": 1}|dictsort(by="nonsense")
xs|reverse|list
s|reverse
n|reverse
xs|join
xs|join(", ")
names|join("<")
[html, "<"]|join(", ")
["<", ">"]|join("&")
users|join(", ", attribute="name")
xs|sum
xs|sum(start=10)
users|sum(attribute="age")
names|sum
empty|sum
xs|min
xs|max
names|min
names|max(case_sensitive=true)
users|max(attribute="age")
empty|min
xs|list
s|list|length
d|list
n|list
none|list
ys|unique|list
["a", "A", "b"]|unique|list
["a", "A", "b"]|unique(case_sensitive=true)|list
users|unique(attribute="city")|map(attribute="name")|list
users|map(attribute="name")|list
users|map(attribute="tags.0")|list
users|map(attribute="tags.0", default="-")|list
users|map(attribute="zip", default="?")|join
names|map("upper")|list
names|map("replace", "b", "c")|list
names|map("nofilter")|list
names|map
xs|map("add", 1)|list
xs|select("odd")|list
xs|select|list
mixed|select|list
xs|reject("odd")|list
xs|select("divisibleby", 3)|list
xs|select("notest")|list
xs|select(">", 1)|list
users|selectattr("active")|map(attribute="name")|list
users|rejectattr("active")|map(attribute="name")|list
users|selectattr("city", "equalto", "Rome")|map(attribute="name")|list
users|selectattr("age", ">", 26)|map(attribute="name")|list
users|groupby("city")
users|groupby("city")|length
users|groupby("zip", default="none")|list|length
users|groupby("name", case_sensitive=true)|map("first")|list
range(7)|batch(3)|list
range(7)|batch(3, "-")|list
range(7)|slice(3)|list
range(7)|slice(3, "x")|list
xs|batch(0)|list
2.567|round
2.5|round
3.5|round
-2.5|round
2.567|round(2)
2.567|round(1, "floor")
2.561|round(2, "ceil")
1234.5|round(-2)
2.5|round(method="nonsense")
42|round
"3.7"|float
"x"|float
"x"|float(1.5)
"12"|int
"12.7"|int
"x"|int
"x"|int(7)
"0x1f"|int(0, 16)
"11"|int(base=2)
3.9|int
none|int
[]|int
true|int
123456|filesizeformat
123456|filesizeformat(true)
1|filesizeformat
999|filesizeformat
"1000000"|filesizeformat
1e12|filesizeformat
s|truncate(8)
words|truncate(20)
words|truncate(20, true)
words|truncate(20, false, "!!")
words|truncate(42)
words|truncate(40, false, "...", 5)
words|truncate(20, leeway=0)
words|truncate(2)
words|wordwrap(15)
words|wordwrap(5)
words|wordwrap(5, false)
words|wordwrap(10, wrapstring="|")
t|wordwrap(6)
words|wordcount
t|wordcount
e|wordcount
t|trim
"xxaxx"|trim("x")
t|indent
t|indent(2)
t|indent(2, true)
t|indent(width=">", first=true)
"a\\n\\nb"|indent(2)
"a\\n\\nb"|indent(2, blank=true)
s|replace("l", "L")
s|replace("l", "L", 1)
s|replace("<", "&")
html|replace("<", "[")
words|center(60)
"ab"|center(7)
"%s-%s"|format(1, 2)
"%(a)s"|format(a=3)
"%d"|format("x")
"%s %s"|format(1)
d|tojson
xs|tojson
s|tojson
uni|tojson
html|tojson
xs|tojson(indent=2)
{"b": 1, "a": [none, true, 1.5]}|tojson
{"b": 1, "a": {}}|tojson(2)
missing|tojson
range(3)|tojson
d|pprint
xs|pprint
s|pprint
url|urlize
url|urlize(15)
url|urlize(15, true)
url|urlize(target="_blank")
url|urlize(rel="nofollow")
"ftp://x.org <b>www.x.com</b> (http://a.b/c)"|urlize
"a@b.co mailto:c@d.ef http://x"|urlize
"tel:123 x"|urlize(extra_schemes=["tel:"])
"a b&c/d?e=f"|urlencode
{"a": 1, "b c": "d&e"}|urlencode
[("a", 1), ("b", "x y")]|urlencode
n|urlencode
uni|urlencode
{"class": "a b", "id": none, "x": missing, "data-n": 5}|xmlattr
{"class": "<"}|xmlattr(false)
{}|xmlattr
{"a b": 1}|xmlattr
d|items|list
missing|items|list
n|items|list
"abc"|attr("upper")
d|attr("a")
d|attr("items")
users|map("attr", "name")|list
missing|default("x")
missing|d("x")
none|default("x")
none|default("x", true)
e|default("x", boolean=true)
missing|default
xs|random in xs
empty|random
s|string
n|string
html|string
5|string|length
["a", "b"]|first|upper
s|upper|lower|title
s|default("x")|upper|replace("H", "J")
n|string(1, 2)
s|upper(1)
s|replace
xs|join(1, 2, 3, 4)
s|truncate(foo=1)
xs(1)
s()
range("a")
range()
range(1, 2, 0)|list
dict(1)
"abc"[1:2:1]
"a" in ["a"] == true
1 == 1 in [1]
not not n
n is not none
n if n else missing.x
users[0].name ~ users[1]["name"]
users[0].tags[0]
users|first
(users|first).name
users|map(attribute="age")|sum
xs|map("string")|join("-")
[1, 2, 3,]
{"a": 1,}
(1, 2,)
d.b.append(3)
xs.append(4)
d.update({"z": 1})
d.pop("a")
"".join(xs|map("string"))
xs[0] + xs[1] * xs[2]
f|int + 1
(f + n)|string + "x"
1.0
1.50
100.0
1e100
-0.0
2 ** 0.5
2 ** 62
9223372036854775807
1 < 2 and 2 < 3 or missing.x
d.a is defined and d.zz is not defined
{"a": 1}["a"]
{1: "one"}[1]
{1: "one"}[1.0]
{true: "t"}[1]
[1, 2, 3][xs[0]]
"a%sb" % "c"
"a%%b" % ()
"%s" % none
"%s" % [1]
"%d%%" % 50
"%5s|%-5s|" % ("a", "b")
"%e %g %G" % (12345.678, 0.00001, 1e20)
"%c" % 65
"%s"
"{:>5}|{:<5}|{:^5}".format(1, 2, 3)
"{:.2f} {:,} {:x} {:b}".format(3.14159, 1234567, 255, 5)
"{!r} {!s}".format("a", "b")
"{a[0]} {b.x}".format(a=[1], b=d)
n.bit_length()
f.is_integer()
""".strip("\n").split("\n")

SYNTAX_ERRORS = r"""
{{
{{ }}
{{ 1
{{ 1 }
{{ 1 + }}
{{ 1 1 }}
{{ a b }}
{{ (1 }}
{{ [1 }}
{{ {1 }}
{{ {1: } }}
{{ 1) }}
{{ (1] }}
{{ "abc }}
{{ 'a" }}
{{ a. }}
{{ a.[1] }}
{{ a..b }}
{{ a | }}
{{ a is }}
{{ a is not }}
{{ f(a=1, 2) }}
{{ f(**a, 1) }}
{{ f(*a, 1) }}
{{ f(**a, *b) }}
{{ f(a b) }}
{{ f(a=1 b=2) }}
{{ f(, ) }}
{{ a ! b }}
{{ a $ b }}
{{ a ? b }}
{{ a @ }}
{{ a & b }}
{{ € }}
{{ 1 if }}
{{ 1 if 2 else }}
{{ if }}
{{ not }}
{{ a not b }}
{{ a in }}
{{ * }}
{{ a ** }}
{{ 'a\x4' }}
{{ 'a\u12' }}
{{ '\U00110000' }}
{{ '\N{DASH}' }}
{{ 012 }}
{{ 0x }}
{{ 1__0 }}
{{ 1_ }}
{{ 1.2.3 }}
{{ 1. }}
{{ .5 }}
{{ 5.real }}
{{ 1.e5 }}
{%
{% %}
{% if %}
{% if 1 %}
{% if 1 %}{% else %}
{% if 1 %}{% elif %}{% endif %}
{% if 1 %}{% else %}{% elif 1 %}{% endif %}
{% if 1 %}{% endfor %}
{% endif %}
{% else %}
{% unknown %}
{% for %}
{% for x %}
{% for x in %}
{% for x in y %}
{% for x in y %}{% endif %}
{% for 1 in y %}{% endfor %}
{% for x.y in z %}{% endfor %}
{% for (a, b in z %}{% endfor %}
{% for x in y if %}{% endfor %}
{% for x in y %}{% if z %}{% endfor %}
{% for loop in xs %}{% endfor %}
{% for x in xs %}{% set loop = 1 %}{% endfor %}
{% set %}
{% set x %}
{% set x = %}
{% set 1 = 2 %}
{% set x.y.z = 1 %}
{% set none = 1 %}
{% set "a" = 1 %}
{% set a, 1 = 2 %}
{% set f() = 1 %}
{% macro %}
{% macro m %}
{% macro m( %}
{% macro m() %}
{% macro m(a, b=1, c) %}{% endmacro %}
{% macro m(1) %}{% endmacro %}
{% macro m(a.b) %}{% endmacro %}
{% macro m(caller) %}{{ caller() }}{% endmacro %}
{% macro none() %}{% endmacro %}
{% call %}{% endcall %}
{% call x %}{% endcall %}
{% call x() %}
{% call(a x() %}{% endcall %}
{% filter %}{% endfilter %}
{% filter upper %}
{% filter nofilter %}{% endfilter %}
{% block %}{% endblock %}
{% block a %}
{% block a-b %}{% endblock %}
{% block a %}{% endblock b %}
{% block a %}{% endblock a %}x
{% block a %}{% endblock %}{% block a %}{% endblock %}
{% block a required %}text{% endblock %}
{% block a required %}  {# ok #}  {% endblock %}
{% block a required scoped %}{% endblock %}
{% extends %}
{% if 1 %}{% extends "base" %}{% endif %}
{% for x in xs %}{% extends "base" %}{% endfor %}
{% include %}
{% include "a" ignore %}
{% include "a" with %}
{% import %}
{% import "a" %}
{% import "a" as %}
{% import "a" as 1 %}
{% from %}
{% from "a" %}
{% from "a" import %}
{% from "a" import _x %}
{% from "a" import x, %}
{% from "a" import x y %}
{% from "a" import x as %}
{% with %}
{% with a %}{% endwith %}
{% with a=1 b=2 %}{% endwith %}
{% with 1=2 %}{% endwith %}
{% autoescape %}{% endautoescape %}
{% autoescape true %}
{% raw %}
{% raw %}{{ x
{% endraw %}
{% raw x %}{% endraw %}
{# never closed
{# closed #} {# not closed
{% print %}
{% print 1, %}
{% do x %}
{% break %}
{% trans %}x{% endtrans %}
{% 1 %}
{% "a" %}
{% if 1 %}{% block a %}{% endif %}{% endblock %}
{{ x|nofilter }}
{{ x is notest }}
{{ x|nofilter if x }}
{% if no %}{{ x|nofilter }}{% endif %}
{% if no %}{{ x is notest }}{% endif %}
{% if yes %}{{ x|nofilter }}{% endif %}
{{ x[1:2:3:4] }}
{{ x[1:2, 3] }}
{{ x[] }}
{{ 1 if 2 if 3 }}
{{ a is b is c }}
{{ a.b.1.c }}
{{ -}}
{{ 1 -}}  x
{{- 1 }}
{{+ 1 }}
{%+ if 1 +%} x {%+ endif +%}
}}
%}
#}
{ { x } }
{{ "}}" }}
{{ '{{' }}
{{ "{%" }}{# {{ #}
{{ {"a": {"b": 1}}["a"]["b"]}}
{{{"a": 1}}}
{{ {} }}
text only
{% if yes %}a{% endif
{{ x
{% set a = 1 %}{% set b = a +%}{{ b }}
{% for x in xs -%} {{ x }} {%- endfor %}
{% if yes: %}colon{% endif %}
{% for x in xs: %}{{ x }}{% endfor %}
{% else: %}
""".strip("\n").split("\n")

STATEMENTS = [
    "{% for x in xs %}{{ x }},{% endfor %}",
    "{% for x in empty %}x{% else %}none{% endfor %}",
    "{% for x in xs if x > 1 %}{{ x }}{{ loop.index }}{{ loop.length }}{{ loop.last }}{% endfor %}",
    "{% for x in xs if x > 9 %}{{ x }}{% else %}nothing{% endfor %}",
    "{% for x in xs %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}{{ loop.revindex0 }}"
    "{{ loop.first }}{{ loop.last }}{{ loop.length }}{{ loop.depth }}{{ loop.depth0 }} {% endfor %}",
    "{% for x in xs %}{{ loop.previtem }}<{{ x }}>{{ loop.nextitem }} {% endfor %}",
    "{% for x in xs %}{{ loop.previtem is defined }}{{ loop.nextitem is defined }} {% endfor %}",
    "{% for x in xs %}{{ loop.cycle('a', 'b') }}{% endfor %}",
    "{% for x in xs %}{{ loop.cycle() }}{% endfor %}",
    "{% for x in ys %}{{ loop.changed(x) }}{{ loop.changed(x > 1, 2) }} {% endfor %}",
    "{% for x in xs %}{{ loop }}{% endfor %}",
    "{% for x in xs %}{{ loop.nothing }}{{ loop.nothing.more }}{% endfor %}",
    "{% for x in xs %}{{ loop(xs) }}{% endfor %}",
    "{% for a, b in pairs %}{{ a }}={{ b }};{% endfor %}",
    "{% for a, b in pairs %}{{ loop.index }}{{ a }}={{ b }};{% endfor %}",
    "{% for (a, b), c in [((1, 2), 3)] %}{{ a }}{{ b }}{{ c }}{% endfor %}",
    "{% for a, b in xs %}{{ a }}{% endfor %}",
    "{% for a, b, c in pairs %}{{ a }}{% endfor %}",
    "{% for a, in [[1], [2]] %}{{ a }}{% endfor %}",
    "{% for k, v in d.items() %}{{ k }}{% endfor %}",
    "{% for k, v in {'x': 1, 'y': 2}.items() %}{{ k }}:{{ v }} {% endfor %}",
    "{% for k in d %}{{ k }} {% endfor %}",
    "{% for c in 'abc' %}{{ c }}-{% endfor %}",
    "{% for c in uni %}{{ c }}|{% endfor %}",
    "{% for x in 5 %}{{ x }}{% endfor %}",
    "{% for x in none %}{{ x }}{% endfor %}",
    "{% for x in missing %}{{ x }}{% else %}empty{% endfor %}",
    "{% for x in missing.y %}{{ x }}{% endfor %}",
    "{% for x in range(3) %}{% for y in range(2) %}{{ loop.index }}{{ x }}{{ y }} {% endfor %}{{ loop.index }}{% endfor %}",
    "{% for i in tree recursive %}{{ i.n }}{{ loop.depth }}{% if i.c %}({{ loop(i.c) }}){% endif %}{% endfor %}",
    "{% for i in tree recursive %}{{ loop.index }}{{ i.n }}[{{ loop(i.c) }}]{% else %}-{% endfor %}",
    "{% for i in tree if i.n != 'b' recursive %}{{ i.n }}{{ loop(i.c) }}{% endfor %}",
    "{% for x in xs %}{% set y = x %}{% endfor %}{{ y }}",
    "{% set y = 0 %}{% for x in xs %}{{ y }}{% set y = x %}{{ y }}{% endfor %}{{ y }}",
    "{% for x in xs %}{{ y }}{% set y = x %}{% endfor %}",
    "{% set ns = namespace(t=0) %}{% for x in xs %}{% set ns.t = ns.t + x %}{% endfor %}{{ ns.t }}",
    "{% set ns = namespace(a=1, b='x') %}{{ ns.a }}{{ ns.b }}{{ ns.c }}{{ ns }}",
    "{% set ns = namespace() %}{% set ns.x = [1] %}{{ ns.x.append(2) }}{{ ns.x }}",
    "{% set x.y = 1 %}",
    "{% set d.a = 2 %}",
    "{% set missing.a = 2 %}",
    "{% for x in xs %}{% if loop.first %}{% set first = x %}{% endif %}{{ first }}{% endfor %}",
    "{% if no %}{% set z = 1 %}{% endif %}{{ z }}",
    "{% if yes %}{% set z = 1 %}{% else %}{% set z = 2 %}{% endif %}{{ z }}",
    "{% set n = 9 %}{{ n }}",
    "{{ n }}{% set n = n + 1 %}{{ n }}",
    "{% if no %}{% set n = 9 %}{% endif %}{{ n }}",
    "{% with %}{% set n = 9 %}{{ n }}{% endwith %}{{ n }}",
    "{% with a=1, b=2 %}{{ a }}{{ b }}{% endwith %}{{ a }}",
    "{% with n=n + 1, m=n %}{{ n }}{{ m }}{% endwith %}{{ n }}",
    "{% with a, b = (1, 2) %}{{ a }}{{ b }}{% endwith %}",
    "{% with a=missing %}{{ a }}{{ a is defined }}{% endwith %}",
    "{% set a, b = 1, 2 %}{{ a }}{{ b }}",
    "{% set (a, b), c = [1, 2], 3 %}{{ a }}{{ b }}{{ c }}",
    "{% set a, b = 1 %}",
    "{% set a, b = [1, 2, 3] %}",
    "{% set a, b = 'xy' %}{{ a }}-{{ b }}",
    "{% set a = 1, %}{{ a }}",
    "{% set a = 1, 2 %}{{ a }}",
    "{% set b %}text {{ n }}{% endset %}{{ b }}{{ b|length }}",
    "{% set b %}<b>{{ s }}</b>{% endset %}{{ b }}",
    "{% set b | upper | replace('T', 'x') %}text {{ n }}{% endset %}{{ b }}",
    "{% set b | length %}text{% endset %}{{ b + 1 }}",
    "{% set ns = namespace() %}{% set ns.b %}block{% endset %}{{ ns.b }}",
    "{% set x = 1 %}{% set x = x + 1 %}{% set x = x * 5 %}{{ x }}",
    "{% if n %}a{% elif missing.x %}b{% else %}c{% endif %}",
    "{% if no %}a{% elif n == 5 %}b{% elif yes %}c{% else %}d{% endif %}",
    "{% if no %}a{% elif no %}b{% endif %}",
    "{% if missing %}a{% else %}b{% endif %}",
    "{% if missing.x %}a{% endif %}",
    "{% if 1, %}tuple{% endif %}",
    "{% if xs and not empty %}ok{% endif %}",
    "{% macro m() %}hi{% endmacro %}{{ m() }}{{ m }}",
    "{% macro m(a, b) %}{{ a }}{{ b }}{% endmacro %}{{ m(1) }}{{ m(1, 2) }}{{ m(b=1, a=2) }}",
    "{% macro m(a, b=2, c=a) %}{{ a }}{{ b }}{{ c }}{% endmacro %}{{ m(1) }}{{ m(1, c=3) }}",
    "{% macro m(a=b, b=2) %}{{ a }}{{ b }}{% endmacro %}{{ m() }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, 2) }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(b=2) }}",
    "{% macro m(a) %}{{ a }}{% endmacro %}{{ m(1, a=2) }}",
    "{% macro m(a) %}{{ a.b }}{% endmacro %}\n{{ m() }}",
    "{% macro m(a) %}\n{{ a.b.c }}{% endmacro %}\n{{ m({}) }}",
    "{% macro m() %}{{ varargs }}{{ kwargs }}{% endmacro %}{{ m(1, 2, x=3) }}{{ m() }}",
    "{% macro m(a) %}{{ a }}{{ varargs|length }}{{ kwargs|dictsort }}{% endmacro %}{{ m(1, 2, 3, x=4, y=5) }}",
    "{% macro m(varargs) %}{{ varargs }}{% endmacro %}{{ m(1) }}",
    "{% macro m(kwargs=7) %}{{ kwargs }}{% endmacro %}{{ m() }}",
    "{% macro m(a, b=1) %}{{ caller }}{{ varargs }}{% endmacro %}{{ m.name }}{{ m.arguments }}{{ m.catch_kwargs }}{{ m.catch_varargs }}{{ m.caller }}",
    "{% macro m() %}[{{ caller() }}]{% endmacro %}{% call m() %}body {{ n }}{% endcall %}",
    "{% macro m() %}{{ caller(1, 2) }}{% endmacro %}{% call(a, b) m() %}{{ a }}-{{ b }}{% endcall %}",
    "{% macro m() %}{{ caller(1) }}{% endmacro %}{% call(a, b=9) m() %}{{ a }}-{{ b }}{% endcall %}",
    "{% macro m() %}{{ caller(1, 2, 3) }}{% endmacro %}{% call(a) m() %}{{ a }}{% endcall %}",
    "{% macro m(x) %}{{ x }}{% endmacro %}{% call m(1) %}y{% endcall %}",
    "{% macro m() %}{{ caller() }}{% endmacro %}{{ m() }}",
    "{% macro m() %}{{ caller is defined }}{% if caller %}{{ caller() }}{% endif %}{% endmacro %}{{ m() }}{% call m() %}c{% endcall %}",
    "{% macro m(caller=none) %}{{ caller() if caller else 'no' }}{% endmacro %}{{ m() }}{% call m() %}c{% endcall %}",
    "{% macro outer() %}{% macro inner() %}in{{ x }}{% endmacro %}{% set x = 1 %}{{ inner() }}{% endmacro %}{{ outer() }}",
    "{% set x = 1 %}{% macro m() %}{{ x }}{% endmacro %}{% set x = 2 %}{{ m() }}",
    "{% macro m() %}{{ x }}{% endmacro %}{% set x = 2 %}{{ m() }}",
    "{% macro fact(k) %}{% if k < 2 %}1{% else %}{{ k }}*{{ fact(k - 1) }}{% endif %}{% endmacro %}{{ fact(5) }}",
    "{% for x in xs %}{% macro m() %}{{ x }}{% endmacro %}{{ m() }}{% endfor %}",
    "{% for x in xs %}{% call(y) w(x) %}{{ x }}{{ y }}{% endcall %}{% endfor %}{% macro w(v) %}{% endmacro %}",
    "{% macro w(v) %}<{{ caller(v) }}>{% endmacro %}{% for x in xs %}{% call(y) w(x) %}{{ x }}{{ y }}{{ loop.index }}{% endcall %}{% endfor %}",
    "{% macro m() %}{{ s }}{% endmacro %}{{ m() }}{{ m()|upper }}{% set r = m() %}{{ r }}",
    "{% macro m() %}x{% endmacro %}{{ m()|length }}{{ m() ~ '<' }}{{ m() is escaped }}",
    "{% macro loopy(items) %}{% for i in items %}{{ loop.index }}{{ i }}{% endfor %}{% endmacro %}{{ loopy(xs) }}",
    "{% call upper() %}x{% endcall %}",
    "{% call xs.append(4) %}x{% endcall %}",
    "{% filter upper %}text {{ s }}{% endfilter %}",
    "{% filter upper|replace('T', 'x') %}text{% endfilter %}",
    "{% filter length %}text{% endfilter %}",
    "{% filter indent(2, true) %}a\nb\nc{% endfilter %}",
    "{% filter e %}<{{ s }}>{% endfilter %}",
    "{% filter trim %}{% set q = 1 %} {{ q }} {% endfilter %}{{ q }}",
    "{% autoescape true %}{{ s }}{{ html }}{{ '<' }}{% endautoescape %}{{ s }}",
    "{% autoescape false %}{{ s }}{{ html }}{{ '<' ~ html }}{% endautoescape %}{{ s }}",
    "{% autoescape yes %}{{ s }}{{ html ~ '<' }}{% set a %}<{% endset %}{{ a }}{% endautoescape %}",
    "{% autoescape no %}{{ s }}{% autoescape true %}{{ s }}{% endautoescape %}{{ s }}{% endautoescape %}",
    "{% macro m() %}{{ s }}{% endmacro %}{% autoescape true %}{{ m() }}{% endautoescape %}{% autoescape false %}{{ m() }}{% endautoescape %}",
    "{% autoescape true %}{% macro m() %}{{ s }}{% endmacro %}{{ m() }}{% endautoescape %}",
    "{% raw %}{{ x }}{% if %}{# c #}{% endraw %}",
    "a {%- raw %} {{ x }} {% endraw -%} b",
    "{% raw -%}  x  {%- endraw %}  y",
    "{%- raw +%} x {% endraw %}",
    "{# comment #}a{#- comment -#} b {#+ c +#} d",
    "  {%- if yes %}  a  {%- endif %}  b",
    "  {% if yes -%}  a  {% endif -%}  b",
    "a\n  {%- for x in xs %}\n  {{ x }}\n  {%- endfor %}\nb",
    "{{ 1 -}} \n {{- 2 }}",
    "line one\n{{ n }}\nline three\n",
    "trailing newline\n\n",
    "\r\nwindows\r\n{{ n }}\r\nmac\r{{ n }}",
    "{{ '\n' }}|{{ \"a\nb\" }}",
    "{% print 1 %}{% print n, s %}",
    "{% block a %}A{{ n }}{% endblock %}{{ self.a() }}",
    "{% block a %}A{% block b %}B{% endblock %}{% endblock %}{{ self.b() }}{{ self.a }}{{ self.c }}{{ self.c() }}",
    "{% for x in xs %}{% block a %}{{ x }}{% endblock %}{% endfor %}",
    "{% for x in xs %}{% block a scoped %}{{ x }}{{ loop.index }}{% endblock %}{% endfor %}",
    "{% set q = 1 %}{% block a %}{{ q }}{% set q = 2 %}{{ q }}{% endblock %}{{ q }}",
    "{% block a %}{{ super() }}{% endblock %}",
    "{% block a %}{{ super is defined }}{{ super }}{% endblock %}",
    "{% block a required %}{% endblock %}",
    "{% block a %}{% set v = 1 %}{% include 'inc' %}{% endblock %}",
    "{% with v=1 %}{% block a %}{{ v }}{% endblock %}{% endwith %}",
    "{% if yes %}{% block a %}x{% endblock %}{% endif %}",
    "{% macro m() %}{% block a %}in{{ n }}{% endblock %}{% endmacro %}{{ m() }}",
    "{{ self }}",
    "{{ 1 }}\n{{ 2 }}\n\n{{ missing.x }}",
    "\n\n{% if missing.x %}{% endif %}",
    "{% if no %}\n{% elif missing.x %}{% endif %}",
    "\n{% for x in missing.x %}{% endfor %}",
    "{% for x in xs %}\n\n{{ x / 0 }}{% endfor %}",
    "\n{% set x = missing.y %}",
    "{{ [1,\n2,\nmissing.x] }}",
    "{{ 'a' }}\n{% include 'nope' %}",
    "\n\n{% include missing %}",
    "{% macro m(a) %}{{ a }}{% endmacro %}\n\n{{ m(1, 2) }}",
    "{% with a=missing.x %}{% endwith %}",
    "{% call missing() %}{% endcall %}",
    "{% set ns = namespace(f=none) %}{% macro m() %}mm{% endmacro %}{% set ns.f = m %}{{ ns.f() }}",
    "{% for x in xs %}{% for x in names %}{{ x }}{% endfor %}{{ x }}{% endfor %}",
    "{% for x in xs %}{{ x }}{% endfor %}{{ x }}",
    "{% set x = 'o' %}{% for x in xs %}{{ x }}{% endfor %}{{ x }}",
    "{% for x in xs %}{% with x=x*2 %}{{ x }}{% endwith %}{{ x }}{% endfor %}",
    "{% for user in users if user.active %}{{ user.name }}{% if not loop.last %}, {% endif %}{% endfor %}",
    "{% for city, group in users|groupby('city') %}{{ city }}: {% for u in group %}{{ u.name }} {% endfor %}{% endfor %}",
    "{% for g in users|groupby('city') %}{{ g.grouper }}{{ g.list|length }}{% endfor %}",
    "{% for row in range(7)|batch(3, 0) %}{{ row|join }}/{% endfor %}",
    "{% for x in xs|map('string')|select %}{{ x }}{{ loop.length }}{% endfor %}",
    "{% for x in xs|select('odd') %}{{ loop.revindex }}{{ loop.last }}{{ loop.nextitem }}{% endfor %}",
    "{% set c = cycler('a', 'b') %}{{ c.next() }}{{ c.next() }}{{ c.next() }}{{ c.current }}{{ c.reset() }}{{ c.current }}",
    "{% set j = joiner('; ') %}{% for x in xs %}{{ j() }}{{ x }}{% endfor %}",
    "{% set l = [] %}{% for x in xs %}{% if l.append(x * 2) %}{% endif %}{% endfor %}{{ l }}",
    "{% for x in [] %}{% else %}{% set w = 1 %}{{ w }}{% endfor %}{{ w }}",
    "{% set loop = 5 %}{{ loop }}",
    "{% for x in xs %}{% macro m() %}{{ loop.index }}{% endmacro %}{{ m() }}{% endfor %}",
    "{% for x in xs %}{% set outer = loop %}{% for y in 'ab' %}{{ outer.index }}{{ loop.index }} {% endfor %}{% endfor %}",
    "{% for x in ys if loop.index %}{{ x }}{% endfor %}",
    "{% for x in xs if missing.y %}{{ x }}{% endfor %}",
    "{% set x %}{% for i in xs %}{{ i }}{% endfor %}{% endset %}{{ x|reverse }}",
    "{% macro a() %}{% call b() %}{{ caller() }}{% endcall %}{% endmacro %}{% macro b() %}<{{ caller() }}>{% endmacro %}{% call a() %}deep{% endcall %}",
    "{% macro t(x, y='d') -%}\n  {{ x }} {{ y }}\n{%- endmacro %}[{{ t(1) }}]",
    "{{ xs|join(', ') if xs else 'none' }}{{ '%s' % (n,) }}",
    "{% for k, v in d|dictsort %}{{ k }}={{ v }};{% endfor %}",
    "{% set a = b = 1 %}",
    "{% if n is odd %}odd{% else %}even{% endif %}",
    "{% if 'a' in d and d.a == 1 %}yes{% endif %}",
    "{{ caller }}{{ varargs }}{{ kwargs }}",
]

TEMPLATES = [
    {"main": "{% include 'inc' %}", "inc": "inc {{ n }}"},
    {"main": "{% include 'inc' without context %}", "inc": "inc {{ n }}"},
    {"main": "{% set v = 1 %}{% include 'inc' %}", "inc": "{{ v }}"},
    {"main": "{% for x in xs %}{% include 'inc' %}{% endfor %}", "inc": "{{ x }}{{ loop.index }}"},
    {"main": "{% for x in xs %}{% include 'inc' without context %}{% endfor %}", "inc": "{{ x }}{{ loop }}"},
    {"main": "{% include 'none' ignore missing %}ok", "inc": ""},
    {"main": "{% include 'none' %}", "inc": ""},
    {"main": "{% include ['none', 'inc'] %}", "inc": "found"},
    {"main": "{% include ['none', 'neither'] %}"},
    {"main": "{% include ['none', 'neither'] ignore missing %}ok"},
    {"main": "{% include ('none', 'inc') ignore missing without context %}", "inc": "{{ n }}found"},
    {"main": "{% include [] %}"},
    {"main": "{% include names %}", "bob": "bob!"},
    {"main": "{% include 'a' ~ 'b' %}", "ab": "joined"},
    {"main": "{% set v = 1 %}{% include 'inc' %}{{ v }}", "inc": "{% set v = 2 %}{{ v }}"},
    {"main": "{% macro m() %}{% set v = 3 %}{% include 'inc' %}{% endmacro %}{{ m() }}", "inc": "{{ v }}"},
    {"main": "{% macro m(v) %}{% include 'inc' %}{% endmacro %}{{ m(4) }}", "inc": "{{ v }}{{ n }}"},
    {"main": "{% with v=5 %}{% include 'inc' %}{% endwith %}", "inc": "{{ v }}"},
    {"main": "a\n{% include 'inc' %}", "inc": "x\n\n{{ missing.y }}"},
    {"main": "a\n{% include 'inc' %}", "inc": "x\n\n{% if %}"},
    {"main": "{% include 'inc' %}", "inc": "{% include 'inc2' %}", "inc2": "deep {{ n }}"},
    {"main": "{% import 'lib' as lib %}{{ lib.m(1) }}{{ lib.v }}{{ lib.nope }}", "lib": "{% macro m(a) %}<{{ a }}{{ n }}>{% endmacro %}{% set v = 7 %}"},
    {"main": "{% import 'lib' as lib with context %}{{ lib.m(1) }}", "lib": "{% macro m(a) %}<{{ a }}{{ n }}>{% endmacro %}"},
    {"main": "{% import 'lib' as lib %}{{ lib }}{{ lib.m.name }}", "lib": "text{% macro m() %}{% endmacro %}"},
    {"main": "{% import 'lib' as lib %}{{ lib._private }}{{ lib._private() }}", "lib": "{% macro _private() %}x{% endmacro %}"},
    {"main": "{% from 'lib' import m %}{{ m(2) }}", "lib": "{% macro m(a) %}<{{ a }}>{% endmacro %}"},
    {"main": "{% from 'lib' import m as x, v %}{{ x(2) }}{{ v }}{{ m }}", "lib": "{% macro m(a) %}<{{ a }}>{% endmacro %}{% set v = 1 %}"},
    {"main": "{% from 'lib' import nope %}ok{{ nope }}", "lib": ""},
    {"main": "{% from 'lib' import nope %}\n{{ nope() }}", "lib": ""},
    {"main": "{% from 'lib' import m with context %}{{ m() }}", "lib": "{% macro m() %}{{ n }}{% endmacro %}"},
    {"main": "{% from 'lib' import m without context %}{{ m() }}", "lib": "{% macro m() %}[{{ n }}]{% endmacro %}"},
    {"main": "{% from 'lib' import a, b %}{{ a() }}{{ b() }}", "lib": "{% macro a() %}a{{ b() }}{% endmacro %}{% macro b() %}b{% endmacro %}"},
    {"main": "{% set n = 1 %}{% import 'lib' as l with context %}{% set n = 2 %}{{ l.m() }}", "lib": "{% macro m() %}{{ n }}{% endmacro %}"},
    {"main": "{% for x in xs %}{% import 'lib' as l with context %}{{ l.m() }}{% endfor %}", "lib": "{% macro m() %}{{ x }}{% endmacro %}"},
    {"main": "{% macro o() %}{% import 'lib' as l %}{{ l.m() }}{% endmacro %}{{ o() }}", "lib": "{% macro m() %}mm{% endmacro %}"},
    {"main": "{% import 'lib' as l %}{% call l.wrap() %}<i>{% endcall %}", "lib": "{% macro wrap() %}<b>{{ caller() }}</b>{% endmacro %}"},
    {"main": "{% import 'nolib' as l %}"},
    {"main": "{% import 'lib' as l %}", "lib": "\n{{ 1/0 }}"},
    {"main": "{% from 'lib' import v %}{% include 'inc' %}", "lib": "{% set v = 1 %}", "inc": "{{ v }}"},
    {"main": "{% import 'lib' as l %}{% import 'lib2' as k %}{{ k.l }}", "lib": "", "lib2": "{% import 'lib' as l %}"},
    {"main": "{% extends 'base' %}{% block a %}child{% endblock %}", "base": "<{% block a %}base{% endblock %}>"},
    {"main": "{% extends 'base' %}{% block a %}child+{{ super() }}{% endblock %}", "base": "<{% block a %}base{% endblock %}>"},
    {"main": "{% extends 'mid' %}{% block a %}c{{ super() }}{% endblock %}", "mid": "{% extends 'base' %}{% block a %}m{{ super() }}{% endblock %}", "base": "<{% block a %}b{% endblock %}>"},
    {"main": "{% extends 'mid' %}{% block a %}c{{ super.super() }}{% endblock %}", "mid": "{% extends 'base' %}{% block a %}m{{ super() }}{% endblock %}", "base": "<{% block a %}b{% endblock %}>"},
    {"main": "{% extends 'mid' %}", "mid": "{% extends 'base' %}{% block a %}m{{ super() }}{% endblock %}", "base": "<{% block a %}b{% endblock %}>"},
    {"main": "{% extends 'base' %}{% block b %}{{ super() }}{% endblock %}", "base": "{% block a %}x{% endblock %}"},
    {"main": "{% extends 'base' %}{% block a %}{{ super.super.super() }}{% endblock %}", "base": "{% block a %}x{% endblock %}"},
    {"main": "lost{% extends 'base' %}lost{{ missing.x }}{% block a %}{{ v }}{% endblock %}{% set v = 1 %}", "base": "<{% block a %}{% endblock %}>{{ v }}"},
    {"main": "{% extends 'base' %}{% set v = 1 %}{% block a %}{{ v }}{% endblock %}", "base": "<{% block a %}{% endblock %}>{{ v }}"},
    {"main": "{% extends 'base' %}{% macro m() %}mm{% endmacro %}{% block a %}{{ m() }}{% endblock %}", "base": "<{% block a %}{% endblock %}>"},
    {"main": "{% extends 'base' %}{% import 'lib' as l %}{% block a %}{{ l.m() }}{% endblock %}", "base": "<{% block a %}{% endblock %}>", "lib": "{% macro m() %}mm{% endmacro %}"},
    {"main": "{% extends 'base' %}{% block a %}{% block inner %}new{% endblock %}{% endblock %}", "base": "<{% block a %}{% endblock %}>"},
    {"main": "{% extends 'base' %}{% block inner %}new{% endblock %}", "base": "<{% block a %}[{% block inner %}old{% endblock %}]{% endblock %}>"},
    {"main": "{% extends 'base' %}{% block a %}{{ self.b() }}{% endblock %}{% block b %}bb{% endblock %}", "base": "{% block a %}{% endblock %}{% block b %}{% endblock %}"},
    {"main": "{% extends base_name %}{% block a %}dyn{% endblock %}", "base": "<{% block a %}{% endblock %}>"},
    {"main": "{% if yes %}{% extends 'base' %}{% endif %}{% block a %}c{% endblock %}out", "base": "<{% block a %}{% endblock %}>"},
    {"main": "{% if no %}{% extends 'base' %}{% endif %}{% block a %}c{% endblock %}out", "base": "<{% block a %}{% endblock %}>"},
    {"main": "before{% if yes %}{% extends 'base' %}{% endif %}{% block a %}c{% endblock %}out", "base": "<{% block a %}{% endblock %}>"},
    {"main": "{% extends 'base' if yes else 'other' %}{% block a %}c{% endblock %}", "base": "<{% block a %}{% endblock %}>"},
    {"main": "{% extends 'base' %}{% extends 'base' %}", "base": "b"},
    {"main": "{% if yes %}{% extends 'base' %}{% endif %}{% if yes %}{% extends 'base' %}{% endif %}", "base": "b"},
    {"main": "{% extends 'nobase' %}"},
    {"main": "{% extends missing %}"},
    {"main": "{% extends none %}"},
    {"main": "{% extends 'base' %}{% block a %}{{ missing.x }}{% endblock %}", "base": "\n\n{% block a %}{% endblock %}"},
    {"main": "{% extends 'base' %}\n\n{% block a %}\n{{ 1/0 }}{% endblock %}", "base": "\n\n{% block a %}{% endblock %}"},
    {"main": "{% extends 'base' %}{% for x in xs %}{% block a %}{{ x }}{% endblock %}{% endfor %}", "base": "<{% block a %}{% endblock %}>"},
    {"main": "{% extends 'base' %}{% block item %}[{{ item }}]{% endblock %}", "base": "{% for item in xs %}{% block item scoped %}{{ item }}{% endblock %}{% endfor %}"},
    {"main": "{% extends 'base' %}{% block item %}[{{ item }}]{% endblock %}", "base": "{% for item in xs %}{% block item %}{{ item }}{% endblock %}{% endfor %}"},
    {"main": "{% extends 'base' %}{% block item scoped %}[{{ item }}{{ loop.index }}{{ super() }}]{% endblock %}", "base": "{% for item in xs %}{% block item scoped %}{{ item }}{% endblock %}{% endfor %}"},
    {"main": "{% extends 'base' %}", "base": "{% block a required %}{% endblock %}"},
    {"main": "{% extends 'base' %}{% block a %}given{% endblock %}", "base": "{% block a required %}{% endblock %}"},
    {"main": "{% extends 'mid' %}{% block a %}given{% endblock %}", "mid": "{% extends 'base' %}", "base": "{% block a required %} {% endblock %}"},
    {"main": "{% extends 'mid' %}", "mid": "{% extends 'base' %}{% block a required %}{% endblock %}", "base": "{% block a %}x{% endblock %}"},
    {"main": "{% extends 'base' %}{% include 'inc' %}{% block a %}x{% endblock %}", "base": "<{% block a %}{% endblock %}>", "inc": "inc"},
    {"main": "{% extends 'base' %}{% filter upper %}ff{% endfilter %}{% call m() %}{% endcall %}{% macro m() %}{% endmacro %}", "base": "b"},
    {"main": "{% extends 'base' %}{% macro m() %}mm{% endmacro %}{% call m() %}{% endcall %}", "base": "b"},
    {"main": "{% extends 'base' %}{% set v %}x{{ n }}{% endset %}{% block a %}{{ v }}{% endblock %}", "base": "{% block a %}{% endblock %}"},
    {"main": "{% extends 'base' %}{% for i in tree recursive %}{{ i.n }}{% endfor %}", "base": "b"},
    {"main": "{% extends 'base' %}{{ x|nofilter }}{% block a %}ok{% endblock %}", "base": "{% block a %}{% endblock %}"},
    {"main": "{% extends 'base' %}{% block a %}{{ x|nofilter }}{% endblock %}", "base": "{% block a %}{% endblock %}"},
    {"main": "{% block a %}{% endblock %}{% extends 'base' %}{% block b %}x{% endblock %}", "base": "<{% block a %}A{% endblock %}{% block b %}{% endblock %}>"},
    {"main": "{% extends 'base' %}{% block a %}{{ s }}{% endblock %}", "base": "{% autoescape true %}{% block a %}{% endblock %}{% endautoescape %}"},
    {"main": "{% include 'child' %}|{% block a %}mine{% endblock %}", "child": "{% extends 'base' %}{% block a %}child{% endblock %}", "base": "<{% block a %}{% endblock %}>"},
    {"main": "{% import 'lib' as lib %}{{ lib.m() }}", "lib": "{% macro m() %}{{ s }}{% endmacro %}"},
    {"main": "{% extends 'main' %}"},
    {"main": "{% include 'main' %}"},
    {"main": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"},
    {"main": "{% include 'inc' %}{{ v }}", "inc": "{% macro q() %}q{% endmacro %}{% set v = 9 %}{{ q() }}"},
    {"main": "{% set lib = 'x' %}{% if yes %}{% import 'lib' as lib %}{% endif %}{{ lib.v }}", "lib": "{% set v = 3 %}"},
    {"main": "{% extends 'base' %}{% block a %}{% set q = 1 %}{{ self.b() }}{% endblock %}{% block b %}{{ q }}{% endblock %}", "base": "{% block a %}{% endblock %}"},
    {"main": "{% extends 'base' %}{% block title %}T{% endblock %}", "base": "<title>{% block title %}{% endblock %}</title><h1>{{ self.title() }}</h1>"},
    {"main": "{% block a %}{% block b %}{% endblock %}{% endblock %}{% block b %}{% endblock %}"},
]

OPTIONS = [
    ("{% if yes %}\na\n{% endif %}\nb\n", {"trim_blocks": True}),
    ("  {% if yes %}\n  a\n  {% endif %}\n  b\n", {"lstrip_blocks": True}),
    ("  {% if yes %}\n  a\n  {% endif %}\n  b\n", {"lstrip_blocks": True, "trim_blocks": True}),
    ("  {%+ if yes +%}\n  a\n  {%+ endif +%}\n  b\n", {"lstrip_blocks": True, "trim_blocks": True}),
    ("  {# c #}\n  {{ n }}\n  x {% if yes %} y {% endif %}", {"lstrip_blocks": True, "trim_blocks": True}),
    ("\n   {% raw %}\n x {{ }} \n   {% endraw %}\n z", {"lstrip_blocks": True, "trim_blocks": True}),
    ("a\n  {#- c -#}  \n b", {"lstrip_blocks": True, "trim_blocks": True}),
    ("   {{ n }}", {"lstrip_blocks": True}),
    ("a\n", {"keep_trailing_newline": True}),
    ("a\n\n", {"keep_trailing_newline": True}),
    ("a\nb\n", {"newline_sequence": "\r\n"}),
    ("{{ 'a\nb' }}\nc", {"newline_sequence": "\r\n"}),
    ("# for x in xs\n{{ x }}\n# endfor\nend", {"line_statement_prefix": "#"}),
    ("% if yes:\n  a ## comment\n% endif\nb", {"line_statement_prefix": "%", "line_comment_prefix": "##"}),
    ("a ## c\nb\n## whole\nc##d", {"line_comment_prefix": "##"}),
    ("  # set q = [1,\n 2]\n{{ q }}", {"line_statement_prefix": "#"}),
    ("# if no\nx\n# else\n\n\n  y\n# endif", {"line_statement_prefix": "#"}),
    ("<% if yes %>${ n }<%# not a comment %><% endif %>", {"block_start_string": "<%", "block_end_string": "%>", "variable_start_string": "${", "variable_end_string": "}", "comment_start_string": "<%#", "comment_end_string": "%>"}),
    ("<%= n %><% if yes %>a<% endif %>", {"block_start_string": "<%", "block_end_string": "%>", "variable_start_string": "<%=", "variable_end_string": "%>"}),
    ("{{ missing }}", {"undefined": "strict"}),
    ("{{ missing is defined }}{{ missing|default('x') }}", {"undefined": "strict"}),
    ("{% if missing %}{% endif %}", {"undefined": "strict"}),
    ("{% for x in missing %}{% endfor %}", {"undefined": "strict"}),
    ("{{ missing == 1 }}", {"undefined": "strict"}),
    ("{{ d.nope }}", {"undefined": "strict"}),
    ("{{ 'x' if no }}", {"undefined": "strict"}),
    ("{{ missing.a.b['c'] }}|{{ missing.a.b is defined }}", {"undefined": "chainable"}),
    ("{{ missing.a + 1 }}", {"undefined": "chainable"}),
    ("{{ missing() }}", {"undefined": "chainable"}),
    ("{{ missing }}|{{ d.nope }}|{{ xs[9] }}|{{ none.x }}", {"undefined": "debug"}),
    ("{{ missing.x }}", {"undefined": "debug"}),
]

# Templates that hold one of these differ, as docs/differences.md says.
DIFFERENT = [
    # A method as a value is written without the object's class and address.
    "{{ d.items }}", '{{ "abc"|attr("upper") }}', '{{ d|attr("items") }}', '{{ cycler("a", "b") }}', '{{ joiner(",") }}',
    "{{ names|map }}",
    # What the application gave is not changed by a template.
    "{{ d.b.append(3) }}", "{{ xs.append(4) }}", '{{ d.update({"z": 1}) }}', '{{ d.pop("a") }}',
]
