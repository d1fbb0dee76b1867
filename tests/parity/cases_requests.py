"""Requests of parity.py that are echoed: URLs, parameters, forms, bodies, fields; in groups."""

from raw_request import Request, get, post


def echo_url():
    for target in ("/echo/url", "/echo/url?", "/echo/url?a=1", "/echo/url?a=%20b&c=%E2%98%83", "/echo/url?a=%ff",
                   "/echo/url/a%20b", "/echo/url/%E2%98%83/x", "/echo/url/a%2Fb", "/echo/url/%ff",
                   "/echo/url/a?b?c=/d",
                   "/echo/url/%25", "/echo/url/a:b@c", "/echo/url?x#y", "/echo/url/;p=1", "/echo/url/a&b=c",
                   "/echo/url/%3Cx%3E", "/echo/url?<x>", "/echo/url/a+b?c+d", "/echo/url/'\"", "/echo/url/[x]",
                   "/echo/url/a%3Fb", "/echo/url/%23", "/echo/url/~!$()*,"):
        yield get(target)
    for host in ("main.test:80", "main.test:443", "main.test:8080", "MAIN.test", "127.0.0.1", "127.0.0.1:5000",
                 "[::1]", "[::1]:8080"):
        yield get("/echo/url", host=host)
    yield post("/echo/url?a=1", "b=2", "application/x-www-form-urlencoded")
    yield Request("HEAD", "/echo/url")
    yield get("http://main.test/echo/url?a=1")


def echo_query():
    for query in ("a=1", "a=1&a=2&b=3", "a", "a=", "=a", "&&", "a=1;b=2", "a=%20+b", "%61=1", "a=%E2%98%83", "a=%zz",
                  "a=%", "a==b", "a=b=c", "a=1&", "a=%00", "a[]=1&a[]=2", "a.b=1", "A=1&a=2", "+a+=+", "a=%2B",
                  "?a=1",
                  "a=%26b", "a=" + "x" * 2000, "&".join("k%d=%d" % (i, i) for i in range(50)), "a=%C3%A9&%C3%A9=a",
                  "a=\"",
                  "a=<b>", "", "a=%0d%0a", "a=%ff", "a=%C3", "a=%e2%98%83%ff"):
        yield get("/echo/args?" + query)
    yield get("/echo/args")
    for query in ("key=1", "key=", "other=1", "", "key=a&key=b", "KEY=1", "key=%3Cb%3E"):
        yield get("/echo/arg?" + query)
    for query in ("key=1", "key=-5", "key=+5", "key=%205%20", "key=x", "key=1.5", "key=", "", "key=1&key=x&key=3",
            "key=0x10",
                  "key=007", "key=1_000", "key=%D9%A1"):
        yield get("/echo/int?" + query)
    for query in ("key=1.5", "key=1", "key=1e3", "key=-.5", "key=5.", "key=x", "key=", "key=1e", "key=0.1",
            "key=1e22", "key=1e-7",
                  "key=123456789012345680.0"):
        yield get("/echo/float?" + query)


def multipart(*parts, boundary="BOUNDARY", end=True):
    text = b""
    for head, body in parts:
        text += b"--" + boundary.encode() + b"\r\n" + head.encode() + b"\r\n\r\n"
        text += (body.encode() if isinstance(body, str) else body) + b"\r\n"
    return text + (b"--" + boundary.encode() + b"--\r\n" if end else b"")


FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=BOUNDARY"


def disposition(name, filename=None, kind=None):
    text = 'Content-Disposition: form-data; name="%s"' % name
    if filename is not None:
        text += '; filename="%s"' % filename
    return text + ("\r\nContent-Type: " + kind if kind else "")


def forms():
    for body in ("a=1", "a=1&a=2&b=%20+", "", "a", "%E2%98%83=%C3%A9", "a=%00", "a=1&&b=2", "=x", "a=%zz",
            "a=" + "x" * 5000, "a=%ff"):
        yield post("/echo/form", body, FORM)
    yield post("/echo/form?a=0&z=9", "a=1&b=2", FORM)
    yield Request("PUT", "/echo/form?q=1", [("Content-Type", FORM)], "a=1")
    yield Request("GET", "/echo/form?q=1", [("Content-Type", FORM), ("Content-Length", "3")], "a=1")
    yield post("/echo/form", "a=1", "application/x-www-form-urlencoded; charset=utf-8")
    yield post("/echo/form", "a=1", "APPLICATION/X-WWW-FORM-URLENCODED")
    yield post("/echo/form", "a=1", "text/plain")
    yield post("/echo/form", "a=1")
    yield post("/echo/form", multipart((disposition("a"), "1"), (disposition("a"), "2")), MULTIPART)
    yield post("/echo/form", multipart((disposition("f", "x.txt", "text/plain"), "file\r\ntext"),
                                       (disposition("b"), "caf\u00e9")), MULTIPART)
    yield post("/echo/form", multipart((disposition("f", "", "application/octet-stream"), "")), MULTIPART)
    yield post("/echo/form", multipart((disposition("f", "x.bin"), bytes(range(256)))), MULTIPART)
    yield post("/echo/form", multipart((disposition("f", "caf\u00e9 \u2603.txt", "text/plain; charset=utf-8"), "x")),
            MULTIPART)
    yield post("/echo/form", multipart((disposition("f", "C:\\\\dir\\\\x.txt", "text/plain"), "x")), MULTIPART)
    yield post("/echo/form", multipart((disposition("f", "a\\\"b.txt", "text/plain"), "x")), MULTIPART)
    yield post("/echo/form", multipart((disposition("f", "../../etc/passwd", "text/plain"), "x")), MULTIPART)
    yield post("/echo/form", multipart((disposition("f", "one", "a/b"), "1"), (disposition("f", "two", "a/c"), "2"),
                                       (disposition("g", "three"), "3")), MULTIPART)
    yield post("/echo/form", multipart(("Content-Disposition: form-data; name=bare", "x")), MULTIPART)
    yield post("/echo/form", multipart(("content-disposition: form-data; name=\"low\"\r\nX-Own: y", "x")), MULTIPART)
    yield post("/echo/form", multipart(("Content-Disposition: form-data; name=\"f\"; filename*=UTF-8''%e2%98%83.txt",
            "x")),
               MULTIPART)
    yield post("/echo/form", multipart(end=True), MULTIPART)
    yield post("/echo/form", multipart((disposition("a"), "1"), end=False), MULTIPART)
    yield post("/echo/form", "", MULTIPART)
    yield post("/echo/form", "no multipart at all", MULTIPART)
    yield post("/echo/form", multipart((disposition("a"), "1")), "multipart/form-data")
    yield post("/echo/form", multipart((disposition("a"), "1"), boundary="other"), MULTIPART)
    yield post("/echo/form", b"preamble\r\n" + multipart((disposition("a"), "1")) + b"epilogue", MULTIPART)
    yield post("/echo/form", multipart((disposition("a"), "1")), 'multipart/form-data; boundary="BOUNDARY"')
    yield post("/echo/form", multipart(("X-No-Disposition: x", "1")), MULTIPART)
    yield post("/echo/form", multipart((disposition("a"), "--BOUNDARY is not here")), MULTIPART)
    for body in ("key=1", "other=1", ""):
        yield post("/echo/field", body, FORM)
    yield post("/echo/file", multipart((disposition("key", "name.txt"), "1")), MULTIPART)
    yield post("/echo/file", multipart((disposition("other", "name.txt"), "1")), MULTIPART)


def bodies():
    for kind in (None, "text/plain", "text/plain; charset=latin1", "application/json",
            "application/vnd.api+json; x=1", FORM,
                 "Text/HTML; Charset=UTF-8; a=\"b c\"", "application/octet-stream", "broken", "a/b;c", ";",
                 "application/json;"):
        yield post("/echo/data", "a=1", kind)
    yield post("/echo/data", "", "text/plain")
    yield post("/echo/data", bytes(range(256)), "application/octet-stream")
    yield get("/echo/data")
    yield Request("DELETE", "/echo/data", [("Content-Type", "text/plain"), ("Content-Length", "4")], "gone")
    yield Request("PATCH", "/echo/data", [("Content-Type", "text/plain")], "patch")
    yield post("/echo/text", "caf\u00e9", "text/plain")
    yield post("/echo/text", b"\xff\xfe bad", "text/plain")
    yield post("/echo/stream", "raw stream", "text/plain")
    yield post("/echo/stream", "a=1", FORM)
    yield post("/echo/stream", "", None)
    chunked = [("Transfer-Encoding", "chunked"), ("Content-Type", "text/plain")]
    yield Request("POST", "/echo/data", chunked, "5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")

    for text in ('{"a": 1}', "[1, 2.5, null, true]", '"text"', "1", "null", "", "{", "{'a': 1}", "[1,]", "nan", "NaN",
            "Infinity",
                 "\ufeff{}", '{"a": 1, "a": 2}', '"\\ud83d\\ude00 \\u2603 \\n"', '"caf\u00e9"', "1e400", "-0", "-0.0",
                 "1.0", "1E2",
                 "0.1", "123456789012345678", "[[[[]]]]", ' {"b" : [ ] } ', "01", "1.", "+1", "tru", '"\t"', "[1] x",
                 "{1: 2}",
                 '"\\x"', '"\\u12"', "9007199254740993", "1e5", "1.7976931348623157e308", "5e-324"):
        yield post("/echo/json", text, "application/json")
    yield post("/echo/json", b'"\xff"', "application/json")
    yield post("/echo/json", '"\u00e9"'.encode("utf-16"), "application/json")
    yield post("/echo/json", '{"a": 1}', "application/problem+json")
    yield post("/echo/json", '{"a": 1}', "application/json; charset=utf-8")
    for kind in ("text/plain", None, FORM, "application/jsonx", "application/x+jsonx", "json"):
        yield post("/echo/json", '{"a": 1}', kind)
        yield post("/echo/json/silent", '{"a": 1}', kind)
        yield post("/echo/json/force", '{"a": 1}', kind)
    yield get("/echo/json")
    yield post("/echo/json/silent", "{", "application/json")
    yield post("/echo/json/force", "{", "text/plain")
    yield post("/echo/json/property", "{}", "application/json")
    yield post("/echo/json/property", "{}", "text/plain")


def fields():
    for cookie in ("a=1", "a=1; b=2", "a=1;b=2", 'a="quoted value"', 'a="\\303\\251"', "a=b=c", "a", "=a", "a=1; a=2",
            "a=%20b",
                   "a=caf\xc3\xa9", "a=;b", " a = 1 ", "", ";;", 'a="x;y"', 'a="\\"q\\""', "$Version=1; a=b",
                   "a=1, b=2", "a b=c"):
        yield get("/echo/cookies", ("Cookie", cookie))
    yield get("/echo/cookies")
    for name in ("X-Test", "x-test", "Host", "Content-Type", "Missing", "X-Twice", "Content-Length", "User-Agent"):
        yield get("/echo/header?name=" + name, ("X-Test", "value"), ("X-Twice", "1"), ("X-Twice", "2"))
    yield get("/echo/headers", ("X-B", "2"), ("X-A", "1"), ("X-LONG-Name", "  two words"), ("x-lower", "1"),
            ("X-Empty", ""))
    yield get("/echo/headers", ("X-Latin", "caf\xe9"))
    for target, name, first, second in (
            ("accept", "Accept", "text/html;q=0.5", "application/json"), ("cookies", "Cookie", "a=1", "b=2"),
            ("conditions", "If-None-Match", '"a"', '"abc"'), ("conditions", "If-Match", '"a"', '"abc"'),
            ("fields", "X-Forwarded-For", "1.2.3.4", "5.6.7.8"), ("fields", "Cache-Control", "no-cache", "max-age=5"),
            ("accept", "Accept-Language", "de;q=0.5", "fr"), ("fields", "Pragma", "no-cache", "x"),
            ("conditions", "Range", "bytes=0-1", "bytes=2-3"),
            ("authorization", "Authorization", "Basic dXNlcjpwYXNz", "Basic x")):
        yield get("/echo/" + target, (name, first), (name, second))
    yield get("/echo/header/missing")
    yield get("/echo/header/missing", ("X-Missing", "there"))
    for accept in (None, "text/html", "*/*", "application/json", "text/html;q=0.5, application/json", "text/*",
                   "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8",
                   "application/json;q=0", "",
                   "text/html;level=1", "text/html;q=x", "a/b;q=2", "text/plain; q=0.3, text/html; q=0.3",
                   "image/png", "broken",
                   "*/*;q=0.1, text/plain", "application/*;q=0.5, text/html;q=0.4"):
        yield get("/echo/accept", *([("Accept", accept)] if accept is not None else []))
    for language in ("de", "de-AT, en;q=0.5", "fr-CA;q=0.9, de;q=0.95", "*", "xx", "en_US", "DE"):
        yield get("/echo/accept", ("Accept-Language", language))
    for encoding in ("gzip", "gzip;q=0, br", "*;q=0", "identity;q=0.5, gzip;q=0.1", "deflate"):
        yield get("/echo/accept", ("Accept-Encoding", encoding))
    for charset in ("utf-8", "iso-8859-1", "latin1;q=0.5, utf8", "*"):
        yield get("/echo/accept", ("Accept-Charset", charset))
    for value in ("Basic dXNlcjpwYXNz", "basic dXNlcjpwYTpzcw==", "Basic !!!", "Basic dXNlcg==", "Basic",
            "Basic dXNlcjpwYXNz=",
                  'Digest username="bob", realm="r", nonce="n", uri="/", response="x", opaque="o"', "Basic w6k6w6k=",
                  ""):
        yield get("/echo/authorization", ("Authorization", value))
    yield get("/echo/authorization")
    for name, texts in {
        "If-None-Match": ['"abc"', 'W/"abc"', '"a", W/"b", "abc"', "*", "abc", "", '"a,b"', '""'],
        "If-Match": ['"abc"', "*", 'W/"x"', '"a", "b"'],
        "If-Modified-Since": ["Thu, 29 Feb 2024 12:34:56 GMT", "Thursday, 29-Feb-24 12:34:56 GMT",
        "Thu Feb 29 12:34:56 2024",
                              "nonsense", "", "Thu, 29 Feb 2024 12:34:56 +0100", "29 Feb 2024 12:34:56 GMT"],
        "If-Unmodified-Since": ["Thu, 29 Feb 2024 12:34:56 GMT"],
        "If-Range": ['"abc"', 'W/"abc"', "Thu, 29 Feb 2024 12:34:56 GMT", "x", ""],
        "Range": ["bytes=0-9", "bytes=5-", "bytes=-5", "bytes=0-1,5-6", "bytes=9-1", "items=1-2", "bytes", "bytes=",
        "bytes=a-b",
                  "bytes = 0-9", "bytes=0-0", "bytes=0-9, 20-", ""],
        "Date": ["Thu, 29 Feb 2024 12:34:56 GMT", "x"],
    }.items():
        for text in texts:
            yield get("/echo/conditions", (name, text))
    for name, texts in {
        "User-Agent": ["Mozilla/5.0 (X11; Linux x86_64)", ""], "Referer": ["http://example.com/a?b"],
        "Max-Forwards": ["5", "x", "-1"],
        "Pragma": ["no-cache", "a, b"], "Cache-Control": ["no-cache", "max-age=0, no-store", "only-if-cached",
        "max-age=x", "max-age"],
        "Origin": ["http://a.b"], "Content-Encoding": ["gzip"], "X-Forwarded-For": ["1.2.3.4, 5.6.7.8", ""],
        "Access-Control-Request-Method": ["PUT"], "Access-Control-Request-Headers": ["X-A, x-b"],
    }.items():
        for text in texts:
            yield get("/echo/fields", (name, text))
