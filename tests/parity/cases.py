"""The requests of parity.py, in groups."""

import json
from urllib.parse import quote, urlencode

from cases_requests import FORM, MULTIPART, bodies, disposition, echo_query, echo_url, fields, forms, multipart
from raw_request import Request, get, post


def converters():
    values = {
        "string": ["a", "abc", "a%20b", "%E2%98%83", "%ff", "%41", "a%2Fb", "a/b", "", "a.b", "a%00b", "%25", "+",
        "a+b",
                   "%2e%2e", "..", "a;b", "a=b&c", "%3Cb%3E", "x" * 300, "a%0Ab", "%0A", "%C3%A9", "a:b", "@", "~"],
        "length": ["ab", "abc", "abcd", "%C3%A9%C3%A9%C3%A9", ""],
        "between": ["a", "ab", "abcd", "abcde", "%C3%A9"],
        "int": ["0", "1", "007", "-1", "+1", "1.0", "abc", "", "9223372036854775807", "12%33", "%31", "1%20", "1e3"],
        "fixed": ["1", "001", "012", "123", "1234", "-12"],
        "range": ["1", "2", "9", "10", "02"],
        "signed": ["-5", "5", "--5", "-0", "-", "+5"],
        "float": ["1.5", "1", "0.1", "1.", ".5", "-1.5", "123456789.125", "1e5", "00.50", "1.0",
        "0.30000000000000004",
                  "1.5.2", "100000000000000000000.5"],
        "sfloat": ["-1.5", "1.5", "-0.0"],
        "frange": ["0.4", "0.5", "2.5", "2.6"],
        "path": ["a", "a/b", "a/b/", "/a", "a//b", "", "a%2Fb", "a/../b", "./a", "%2e%2e/x", "a%2F%2Fb", "a/%20/b"],
        "edit": ["a/edit", "a/b/edit", "edit", "edit/edit", "a/edit/", "/edit"],
        "any": ["one", "two", "three%20four", "a.b", "axb", "ONE", "onetwo", ""],
        "plus": ["a", "a+b", "a+no+b", "no", "a%2Bb", "a%20b+c"],
        "slash": ["a/", "a", "a//", "a%2F/", "/"],
        "pathslash": ["a/", "a", "a/b/", "a/b"],
        "uuid": ["12345678-1234-5678-1234-567812345678", "12345678-1234-5678-1234-56781234567G",
                 "A2345678-1234-5678-1234-56781234567A", "12345678123456781234567812345678"],
        "version": ["v1.2", "v1.2.3", "v1", "v10.20", "V1.2", "v-1.2"],
        "date": ["2024-02-29", "2024-2-29", "24-02-29", "2024-02-2"],
        "two": ["a-to-b", "a-to-b-to-c", "-to-", "a-to-", "ato-b"],
        "dot.ted": ["a.html", "axhtml", "a.b.html", ".html"],
        "x": ["deep/1", "deep/x", "deep/"],
        "mixed": ["1", "1.5", "a", "static", "a/b", "-1", "1/", "static/", "static/x"],
        "%C3%BCn%C3%AF": ["a", "%C3%A9"],
    }
    for name, texts in values.items():
        for text in texts:
            yield get("/c/%s/%s" % (name, text))
    yield get("/c/dotxted/a.html")
    yield get("/c/string")
    yield get("/c/int/1?x=2")
    yield get("/C/string/a")


def slashes():
    for target in ("/s/branch", "/s/branch/", "/s/branch?a=1&b=%20", "/s/branch//", "//s/branch/", "/s//branch/",
                   "/s//branch?x=/a//b", "/s/leaf", "/s/leaf/", "/s/lax-branch", "/s/lax-branch/", "/s/lax-leaf",
                   "/s/lax-leaf/", "/s/merge/a//b", "/s/merge//a", "/s//merge/a/b", "/s/merge/a///b?q",
                   "/s/keep/a//b",
                   "/s//keep/a", "/s/post/", "/s/post", "/s/both", "/s/both/", "/s/int/5", "/s/int/5/", "/s/int/x",
                   "/s/./leaf", "/s/x/../leaf", "/s/branch/.", "///", "//", "/?", "/?a", "/#x", "/s/%62ranch",
                   "/s/branch%2F", "/s%2Fbranch/", "/s/branch?%C3%A9=%ff", "/s/branch?a=<b>&c='\"", "/s/branch?"):
        yield get(target)
    for target in ("/s/post", "/s/post/", "/s/post?x=1", "/s/both", "/s/both/", "/s/branch", "/s/branch/"):
        yield post(target, "body", "text/plain")
    yield Request("HEAD", "/s/branch")
    yield Request("OPTIONS", "/s/branch")
    yield get("/s/branch", host="main.test:8080")
    yield get("/s/branch", ("X-Forwarded-Host", "evil.test"), ("X-Forwarded-Proto", "https"))


def methods():
    for target in ("/m/all", "/m/get", "/m/post", "/m/head", "/m/options", "/m/none", "/m/custom", "/m/split",
                   "/m/split/1", "/m/split/a", "/missing"):
        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "M-SEARCH"):
            yield Request(method, target)


def defaults():
    for target in ("/d/", "/d", "/d/1", "/d/2", "/d/1?x=y", "/d/01", "/d/list/bob/", "/d/list/bob/1", "/d/list/bob/2",
                   "/d/list/bob", "/d/list/b%20b/1", "/d/fixed", "/alias/main/a", "/alias/other/a",
                   "/alias/other/a?x=1&y",
                   "/alias/other/%C3%A9%20b", "/alias/none", "/to/text/a", "/to/text/a%20b", "/to/text/%C3%A9?x=1",
                   "/to/absolute", "/to/call/5", "/to/call/x", "/build/a", "/no-view", "/%C3%BCn%C3%AF/rule",
                   "/with%20space/rule", "/per%2525cent", "/per%25cent"):
        yield get(target)
    yield post("/d/1")
    yield Request("HEAD", "/d/1")


def answers():
    for name in ("text", "empty", "unicode", "bytes", "markup", "dict", "list", "dict-status", "status",
            "status-text", "headers",
                 "header-list", "three", "response", "response-tuple", "content-type", "no-content",
                 "no-content-body",
                 "not-modified", "location", "exception", "raised-response", "cookies", "stream", "generator",
                 "stream-context",
                 "stream-context?name=%3Cbob%3E", "stream-length", "fields", "after-this"):
        yield get("/r/" + name)
        yield Request("HEAD", "/r/" + name)
    for code in (200, 201, 202, 204, 205, 206, 226, 299, 300, 301, 304, 400, 404, 418, 420, 451, 499, 500, 511, 599,
            999):
        yield get("/r/status/%d" % code)
    for wanted in (
            {"body": "x", "status_code": 404}, {"status": "404 Lost"}, {"status": "204"},
            {"status_code": 204, "body": ""},
            {"mimetype": "text/plain"}, {"mimetype": "application/json"}, {"mimetype": "image/png"},
            {"mimetype": "application/xml"}, {"mimetype": "image/svg+xml"}, {"mimetype": "application/javascript"},
            {"content_type": "text/plain"}, {"content_type": "text/plain; charset=ascii"},
            {"set": {"X-A": "1", "x-a": "2"}},
            {"set": {"Content-Type": "x/y"}}, {"add": [["X-A", "1"], ["X-A", "2"], ["Set-Cookie", "a=b"]]},
            {"remove": ["Content-Type"]}, {"data": "new data"}, {"data": "caf\u00e9"}, {"body": "caf\u00e9 \u2603"},
            {"set": {"Content-Length": "4"}}, {"add": [["X-A", "1"]], "remove": ["X-A"]}, {"set": {"X-A": ""}},
            {"set": {"X-A": "caf\u00e9"}}, {"set": {"Location": "/x y"}, "status_code": 302},
            {"set": {"Location": "http://\u2603.net/\u2603?\u2603"}, "status_code": 302},
            {"set": {"Location": "rel"}, "status_code": 302},
            {"set": {"X-A": "1\n2"}}, {"set": {"X-A": "1\r\nX-B: 2"}}, {"add": [["X-A", "1\r\n2"]]},
            {"set": {"Vary": "Accept"}}):
        yield get("/r/make?json=" + quote(json.dumps(wanted)))
    for query in ("mimetype=text/plain", "content_type=text/csv", "mimetype=application/json&status=201",
            "status=404%20Gone",
                  "status=418%20I%27m%20a%20teapot", "body=", "body=%E2%98%83", "mimetype=text/css&content_type=a/b",
                  "status=299"):
        yield get("/r/new?" + query)
    for value in (None, 1, 1.5, "x", [], {}, {"b": 1, "a": 2}, "\u2603 <>&'\"/\\ \x7f \x00", [1, [2, {"c": None}]],
            True, 1e100, 1e-7,
                  -0.0, 12345678901234567, {"": ""}, {"\u00e9": 1, "z": 2, "A": 3}, 0.1, 1e16, 123456789.123,
                  "\U0001f600", 5e-324):
        yield get("/r/jsonify?json=" + quote(json.dumps(value)))
    for to in ("/there", "http://example.com/", "rel", "/a b", "/%20", "/caf\u00e9", "/?a=1&b=2", "?x", "#f",
            "//other.test/x",
               "http://\u2603.net/", "/a#b", ""):
        yield get("/r/redirect?to=" + quote(to))
    for code in (301, 303, 305, 307, 308):
        yield get("/r/redirect?to=/there&code=%d" % code)
    for to in ("/<b>", "/\"x\"", "/a'b"):
        yield get("/r/redirect?to=" + quote(to))


def cookies():
    for key, value, options in (
            ("a", "b", {}), ("a", "", {}), ("a", "b c", {}), ("a", "b;c", {}), ("a", "b,c", {}), ("a", 'b"c', {}),
            ("a", "b\\c", {}),
            ("a", "caf\u00e9", {}), ("a", "\u2603", {}), ("a", "b=c", {}), ("a", "a/b:c@d", {}),
            ("a", "x" * 1000, {}),
            ("a", "b\nc", {}), ("a", "b\x7fc", {}), ("a", "(b)", {}), ("a", "[b]{c}", {}), ("a", "b&c", {}),
            ("a", "b", {"max_age": 60}), ("a", "b", {"max_age": 0}), ("a", "b", {"max_age": -1}),
            ("a", "b", {"expires": 0}),
            ("a", "b", {"expires": 1709210096}), ("a", "b", {"expires": 1709210096, "max_age": 5}),
            ("a", "b", {"path": None}),
            ("a", "b", {"path": "/x"}), ("a", "b", {"path": "/x y"}), ("a", "b", {"path": "/caf\u00e9"}),
            ("a", "b", {"path": ""}),
            ("a", "b", {"domain": "example.com"}), ("a", "b", {"secure": True}), ("a", "b", {"httponly": True}),
            ("a", "b", {"samesite": "Lax"}), ("a", "b", {"samesite": "strict"}), ("a", "b", {"samesite": "none"}),
            ("a", "b", {"samesite": "wrong"}), ("a", "b", {"domain": "example.com:80"}),
            ("a", "b", {"domain": "\u2603.net"}),
            ("a", "b", {"max_age": 60, "domain": "e.org", "path": "/p", "secure": True, "httponly": True,
            "samesite": "Strict"}),
            ("a.b-c_d", "x", {}), ("a", "b", {"domain": ".example.com"}), ("a", "b", {"path": "/;x"}),
            ("a", "b", {"domain": "localhost"})):
        yield get("/r/cookie?" + urlencode({"key": key, "value": value, "options": json.dumps(options)}))


def errors():
    for code in (400, 401, 403, 404, 405, 406, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 422, 423, 424,
            428, 429,
                 431, 451, 500, 501, 502, 503, 504, 505):
        yield get("/abort/%d" % code)
    for code in (402, 407, 421, 425, 506, 200, 302, 0, 999):
        yield get("/abort/%d" % code)
    for description in ("why", "", "<b>&\"'", "line\nbreak", "caf\u00e9"):
        yield get("/abort/404?" + urlencode({"description": description}))
    for name in ("auth", "methods", "range", "retry", "unavailable", "base", "conflict", "bad", "anything"):
        yield get("/raise/" + name)
        yield Request("HEAD", "/raise/" + name)
    for value in ("plain", "a%0d%0aX-B: c", "a%0ab", "a%0db", "%0a", "a%00b", "caf%C3%A9", ""):
        yield get("/inject?value=" + value.replace(" ", "%20"))
    for target in ("/fail/base", "/fail/derived", "/fail/zero", "/fail/internal", "/fail/other", "/abort/404",
            "/abort/403",
                   "/abort/409", "/abort/500", "/abort/410", "/abort/418", "/missing", "/slash", "/slash/",
                   "/only-get", "/key",
                   "/key?key=1"):
        yield get(target, host="errors.test")
    yield post("/only-get", host="errors.test")
    yield post("/json", "{", "application/json", host="errors.test")
    yield Request("OPTIONS", "/only-get", host="errors.test")


def hooks():
    for target in ("/hooks/go", "/hooks/trail", "/hooks/stop", "/hooks/go/fail", "/hooks/trail", "/hooks/missing",
            "/hooks/go",
                   "/hooks/go?x", "/hooks/trail", "/hooks/trail", "/hooks/go/missing", "/hooks/trail"):
        yield get(target)
    yield post("/hooks/go")
    yield get("/hooks/trail")
    for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"):
        for target in ("/v/hello/bob", "/v/items/5", "/v/heads", "/v/items/x"):
            yield Request(method, target)


def blueprints():
    for target in ("/simple/", "/simple", "/simple/?stop=1", "/simple/urls", "/simple/missing", "/simple/nothing",
            "/simple/fail",
                   "/simple/files/data.json", "/simple/files/none", "/simple/static/data.json", "/abort/410",
                   "/parent/child/leaf/1",
                   "/parent/child/leaf/x", "/parent/child/grand/end", "/parent/child/grand/fail", "/parent/leaf/1",
                   "/de/pages/",
                   "/de/pages", "/de/pages/7", "/fr%20x/pages/7", "/pages/7", "/first/where", "/first/where/x",
                   "/second/where", "/second/where/x", "/first/where/default", "/where", "/values/3/thing",
                   "/values/x/thing"):
        yield get(target)


def urls():
    for wanted in (
            {"endpoint": "index"}, {"endpoint": "leaf"}, {"endpoint": "branch"}, {"endpoint": "missing"},
            {"endpoint": "leav"},
            {"endpoint": "index", "values": {"a": 1}}, {"endpoint": "index", "values": {"b": 2, "a": 1}},
            {"endpoint": "index", "values": {"a": [1, 2, 3]}}, {"endpoint": "index", "values": {"a": None, "b": ""}},
            {"endpoint": "index", "values": {"a": True, "b": 1.5}},
            {"endpoint": "index", "values": {"a": "b c&d=e+f/g?h#i%j"}},
            {"endpoint": "index", "values": {"\u00e9": "\u2603"}},
            {"endpoint": "index", "values": {"a": "\n\r\t\x00"}},
            {"endpoint": "index", "_anchor": "x y"}, {"endpoint": "index", "_anchor": "caf\u00e9/?#%&"},
            {"endpoint": "index", "_external": True},
            {"endpoint": "index", "_external": False}, {"endpoint": "index", "_external": True, "_scheme": "https"},
            {"endpoint": "index", "_scheme": "https"}, {"endpoint": "index", "_external": True, "_scheme": "ftp"},
            {"endpoint": "index", "_external": True, "_anchor": "a", "values": {"q": "x"}},
            {"endpoint": "c_string", "values": {"x": "a b"}},
            {"endpoint": "c_string", "values": {"x": "caf\u00e9 \u2603"}},
            {"endpoint": "c_string", "values": {"x": "a/b"}}, {"endpoint": "c_string", "values": {"x": ""}},
            {"endpoint": "c_string"},
            {"endpoint": "c_string", "values": {"x": "a", "y": "b"}}, {"endpoint": "c_string", "values": {"x": 5}},
            {"endpoint": "c_string", "values": {"x": "<b>\"'"}},
            {"endpoint": "c_string", "values": {"x": "a.b-c_d~e"}},
            {"endpoint": "c_string", "values": {"x": "a?b#c%d"}}, {"endpoint": "c_string", "values": {"x": None}},
            {"endpoint": "c_string", "values": {"x": "[]{}|\\^`"}}, {"endpoint": "c_string", "values": {"y": 1}},
            {"endpoint": "c_int", "values": {"x": 5}}, {"endpoint": "c_int", "values": {"x": -5}},
            {"endpoint": "c_int", "values": {"x": "7"}},
            {"endpoint": "c_fixed", "values": {"x": 7}}, {"endpoint": "c_fixed", "values": {"x": 1234}},
            {"endpoint": "c_float", "values": {"x": 1.5}}, {"endpoint": "c_float", "values": {"x": 2}},
            {"endpoint": "c_float", "values": {"x": 0.1}},
            {"endpoint": "c_path", "values": {"x": "a/b c"}}, {"endpoint": "c_path", "values": {"x": "/a"}},
            {"endpoint": "c_path", "values": {"x": ""}},
            {"endpoint": "c_any", "values": {"x": "one"}}, {"endpoint": "c_any", "values": {"x": "three four"}},
            {"endpoint": "c_uuid", "values": {"x": "12345678-1234-5678-1234-567812345678"}},
            {"endpoint": "c_version", "values": {"major": 1, "minor": 2}},
            {"endpoint": "c_version", "values": {"major": 1}},
            {"endpoint": "c_plus", "values": {"x": ["a", "b c"]}},
            {"endpoint": "c_unicode", "values": {"x": "\u00e9"}},
            {"endpoint": "c_dotted", "values": {"x": "page"}},
            {"endpoint": "c_deep", "values": {"first": "a", "second": 2, "third": 3}},
            {"endpoint": "paged"}, {"endpoint": "paged", "values": {"page": 1}},
            {"endpoint": "paged", "values": {"page": 2}},
            {"endpoint": "named", "values": {"name": "n"}}, {"endpoint": "named", "values": {"name": "n", "page": 1}},
            {"endpoint": "named", "values": {"name": "n", "page": 5}}, {"endpoint": "fixed"},
            {"endpoint": "fixed", "values": {"kind": "extra"}},
            {"endpoint": "fixed", "values": {"kind": "other"}}, {"endpoint": "aliased", "values": {"x": "a"}},
            {"endpoint": "aliased", "values": {"x": "default"}}, {"endpoint": "only_built", "values": {"x": "a"}},
            {"endpoint": "no_view_here"},
            {"endpoint": "unicode_rule"}, {"endpoint": "space_rule"}, {"endpoint": "percent_rule"},
            {"endpoint": "to_text", "values": {"x": 1}},
            {"endpoint": "m_split_get"}, {"endpoint": "m_all", "_method": "POST"},
            {"endpoint": "m_get", "_method": "POST"},
            {"endpoint": "m_post"}, {"endpoint": "static", "values": {"filename": "hello.txt"}},
            {"endpoint": "static", "values": {"filename": "folder/with space.css", "v": 1}}, {"endpoint": "static"},
            {"endpoint": "simple.index"}, {"endpoint": ".index"},
            {"endpoint": "parent.child.leaf", "values": {"x": 3}},
            {"endpoint": "parent.child.grandchild.end"}, {"endpoint": "parent.leaf", "values": {"x": 3}},
            {"endpoint": "lang.page", "values": {"number": 1, "lang": "de"}},
            {"endpoint": "lang.page", "values": {"number": 1}},
            {"endpoint": "twice.where"}, {"endpoint": "again.where", "values": {"extra": "x"}},
            {"endpoint": "twice.where", "values": {"extra": "default"}},
            {"endpoint": "values.item", "values": {"owner": 1, "item": "i"}},
            {"endpoint": "simple.static", "values": {"filename": "data.json"}},
            {"endpoint": "v_items", "values": {"item": 4}}, {"endpoint": "v_hello",
            "values": {"name": "x", "greeting": "y"}},
            {"endpoint": "index", "values": {"a": ["x y", "z&"], "b": []}},
            {"endpoint": "index", "values": {"z": 1, "a": 2, "m": 3}},
            {"endpoint": "merge", "values": {"x": "a//b"}}, {"endpoint": "keep", "values": {"x": "a//b"}},
            {"endpoint": ""}):
        yield get("/u?json=" + quote(json.dumps(wanted)))
    yield get("/u?json=" + quote('{"endpoint": "index", "_external": true}'), host="main.test:8080")
    yield get("/u?json=" + quote('{"endpoint": "index", "_external": true}'), host="MAIN.Test")


def static_files():
    for target in ("/static/hello.txt", "/static/empty.txt", "/static/page.html", "/static/folder/data.json",
            "/static/bytes.bin",
                   "/static/with%20space.css", "/static/none", "/static/", "/static", "/static/folder",
                   "/static/folder/",
                   "/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static/folder/../hello.txt",
                   "/static//hello.txt", "/static/hello.txt/", "/static/hello.txt?v=1", "/static/hello.txt%00",
                   "/static/%00",
                   "/static/./hello.txt", "/static/folder//data.json", "/static/C:/x", "/static/..",
                   "/static/" + "x" * 300,
                   "/static/%2fetc/passwd", "/static/folder/%2e%2e/%2e%2e/app.py", "/static/..%5capp.py"):
        yield get(target)
    for method in ("HEAD", "POST", "OPTIONS", "DELETE"):
        yield Request(method, "/static/hello.txt")
    for field in ("bytes=0-4", "bytes=5-", "bytes=-5", "bytes=0-0", "bytes=20-30", "bytes=100-", "bytes=0-4,6-8",
            "bytes=4-0", "items=0-4",
                  "bytes", "bytes=0-20", "bytes=0-21", "bytes=20-", "bytes=21-", "bytes=x"):
        yield get("/static/hello.txt", ("Range", field))
        yield get("/r/conditional", ("Range", field))
    yield Request("HEAD", "/static/hello.txt", [("Range", "bytes=0-4")])
    for target in ("/static/hello.txt", "/r/conditional"):
        for headers in ([("If-Modified-Since", "Thu, 01 Jan 1970 00:00:00 GMT")],
                [("If-Modified-Since", "Sun, 01 Jan 2090 00:00:00 GMT")],
                        [("If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:00 GMT")], [("If-None-Match", "*")],
                        [("If-None-Match", '"other"')], [("If-None-Match", '"tag"')], [("If-None-Match", 'W/"tag"')],
                        [("If-Match", '"other"')], [("If-Match", '"tag"')], [("If-Modified-Since", "x")],
                        [("If-None-Match", '"other"'), ("If-Modified-Since", "Sun, 01 Jan 2090 00:00:00 GMT")],
                        [("Range", "bytes=0-4"), ("If-Range", '"tag"')],
                        [("Range", "bytes=0-4"), ("If-Range", '"other"')],
                        [("Range", "bytes=0-4"), ("If-Range", "Thu, 29 Feb 2024 12:34:56 GMT")],
                        [("Range", "bytes=0-4"), ("If-Range", "Wed, 28 Feb 2024 12:34:56 GMT")],
                        [("Range", "bytes=0-4"), ("If-None-Match", '"tag"')]):
            yield get(target, *headers)
            yield Request("HEAD", target, headers)
    yield post("/r/conditional", "", None, ("If-None-Match", '"tag"'))
    yield get("/r/etag")
    for options in ({}, {"mimetype": "text/x-own"}, {"as_attachment": True},
            {"as_attachment": True, "download_name": "own.txt"},
                    {"as_attachment": True, "download_name": "caf\u00e9 \u2603.txt"}, {"download_name": "own.html"},
                    {"conditional": False},
                    {"etag": False}, {"etag": "my tag"}, {"last_modified": 1709210096}, {"max_age": 60},
                    {"max_age": 0},
                    {"as_attachment": True, "download_name": "a\"b;c.txt"},
                    {"as_attachment": True, "download_name": "a b.txt"}):
        yield get("/r/file?" + urlencode({"path": "static/hello.txt", "options": json.dumps(options)}))
    for path in ("static/none", "static", "static/page.html", "static/bytes.bin"):
        yield get("/r/file?" + urlencode({"path": path}))
    for name in ("hello.txt", "none", "folder/data.json", "%2e%2e/app.py", "folder"):
        yield get("/r/directory/" + name)


def sessions():
    def ask(target, **options):
        return get(target, cookies=True, **options)

    for target in ("/session/get", "/session/flags", '/session/set?json={"a":1}', "/session/get", "/session/flags",
            "/session/has?key=a",
                   '/session/set?json={"a":2,"b":[1,{"c":null}]}', "/session/get", "/session/pop?key=a",
                   "/session/get",
                   "/session/pop?key=none", "/session/default", "/session/permanent?on=1", "/session/get",
                   "/session/permanent?on=0",
                   "/session/get", "/session/login/bob", "/session/get", "/session/clear", "/session/get",
                   "/session/flags",
                   "/session/flash?message=Hello", "/session/flash?message=Oops&category=error",
                   "/session/messages?category=error",
                   "/session/messages", "/session/flash?message=%E2%98%83%3Cb%3E", "/session/messages",
                   "/session/messages",
                   '/session/set?json={"text":"%s"}' % ("many words " * 30).replace(" ", "%20"), "/session/get",
                   "/session/clear",
                   '/session/set?json={"%C3%A9":"%E2%98%83"}', "/session/get", "/session/login/x%20y", "/r/text",
                   '/session/set?json={"f":1.5,"t":true,"big":123456789012}', "/session/get", "/session/set?json={",
                   "/session/get"):
        yield ask(target.replace('"', "%22").replace("{", "%7B").replace("}", "%7D"))
    for cookie in ("session=garbage", "session=", "session=a.b.c", "session=e30.ZVPxAA.LdG7pneXFM4SrOlGbATR_VdV6b8",
            "session=.a.b",
                   "session=" + "x" * 3000):
        yield get("/session/get", ("Cookie", cookie))
        yield get("/session/flags", ("Cookie", cookie))
    for target in ("/session", "/read", "/read"):
        yield ask(target, host="settings.test")
    yield get("/read", host="nosecret.test")
    yield get("/write", host="nosecret.test")


def hosts():
    for host in ("sub.test", "admin.sub.test", "Admin.Sub.test", "BOB.sub.test", "bob.sub.test", "part.sub.test",
            "a.b.sub.test", "SUB.TEST", "sub.test:80", "sub.test:8080"):
        for target in ("/", "/page", "/page/", "/in", "/urls", "/n/1"):
            yield get(target, host=host)
    for host in ("one.host.test", "two.host.test", "three.host.test", "one.host.test:8080", "ONE.host.test",
            "a.b.host.test"):
        for target in ("/", "/slash", "/slash/", "/urls"):
            yield get(target, host=host)


def settings():
    yield get("/lax", host="settings.test")
    yield get("/lax/", host="settings.test")
    yield get("/static/hello.txt", host="settings.test")
    for target in ("/form", "/data", "/ignore"):
        for size in (10, 98, 99, 200, 5000):
            yield post(target, "a=" + "x" * (size - 2), FORM, host="settings.test")
    yield post("/form", multipart((disposition("f", "x"), "y" * 200)), MULTIPART, host="settings.test")
    yield post("/form", multipart((disposition("f", "x"), "y")), MULTIPART, host="settings.test")


GROUPS = [converters, slashes, methods, defaults, echo_url, echo_query, forms, bodies, fields, answers, cookies,
        errors, hooks, blueprints,
          urls, static_files, sessions, hosts, settings]
