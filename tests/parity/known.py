"""Where the answers that parity.py compares are known to differ, and why."""

import re

import werkzeug

IS_NEWER = getattr(werkzeug, "__version__", "3") >= "3"


class Known:
    """A known difference: in these parts of the answers to the requests that match the pattern; a difference of the
    status makes all else differ. Where it is not `strict`, it is enough that some of the requests differ."""

    def __init__(self, reason, parts, *patterns, strict=True):
        self.reason = reason
        self.parts = parts.split()
        self.patterns = [re.compile(pattern) for pattern in patterns]
        self.strict = strict
        self.seen = 0

    def matches(self, request):
        return any(pattern.search(str(request)) for pattern in self.patterns)


# Debian's Flask 2.2 and Werkzeug 2.2 differ from the newest, which is followed.
OLDER = [
    Known("the standard's reason phrases", "reason", r"/r/response$", r"/r/status/511$"),
    Known("the standard's reason phrases, on the page too", "reason body", r"/abort/414$"),
    Known("418 has a capital letter", "body", r"/abort/418( |$)"),
    Known("421 is known to abort()", "status", r"/abort/421$"),
    Known("get_json() of another content type is a 415", "status", r"^GET /echo/json$",
          r"^POST /echo/json(/property)?( \[Content-Type: (?!application/(\w+\+)?json(;|\]))[^\]]*\])? \+"),
    Known("a Content-Type's parameter without a value is left out", "body", r"\[Content-Type: a/b;c\]"),
    Known("what a URL may not hold is quoted in Location", "Location", r"/r/redirect\?to=/(%3C|%22)",
    r"/s/branch\?a=<b>"),
    Known("the page of a redirect links to the location as it was given", "body",
          r"/r/redirect\?to=(/a%20b|/caf|http%3A//%E2)"),
    Known("a path without its last slash is redirected for <path:x>/ too", "status", r"/c/pathslash/a(/b)?$"),
    Known("slashes are not merged where the rule keeps them", "status", r"/s//keep/a$"),
    Known("more characters of a cookie need no quotes", "Set-Cookie", r"/r/cookie\?key=a&value=(a%2Fb|%28b|%5Bb)"),
    Known("the dot before a cookie's domain is left out", "Set-Cookie", r"domain%22%3A\+%22\.example"),
    Known("a semicolon in a cookie's path is quoted", "Set-Cookie", r"path%22%3A\+%22%2F%3Bx"),
    Known("a cookie's domain may be any name", "status", r"domain%22%3A\+%22localhost"),
    Known("request.url keeps the characters that a path may hold", "body",
          r"/echo/url/(a\?b\?c|%25|a:b@c|;p=1|a&b=c|%3Cx|'\"|\[x\])", r"/echo/url\?<x>"),
    Known("the host is in lower case in request.url", "body", r"/echo/url of MAIN"),
    Known("WWW-Authenticate quotes only what needs it", "WWW-Authenticate", r"/raise/auth$"),
    Known("Accept is parsed strictly", "body", r"\[Accept: (text/html;level=1|text/html;q=x|a/b;q=2)\]"),
    Known("a user name alone is enough", "body", r"\[Authorization: Basic( dXNlcg==)?\]"),
    Known("a weak tag in If-Range is not used", "body", r'/echo/conditions \[If-Range: W/"abc"\]'),
    Known("a Cache-Control directive's number is one or nothing", "body", r"\[Cache-Control: max-age(=x)?\]"),
    Known("a form without a boundary is left unread", "body",
    r"^POST /echo/form \[Content-Type: multipart/form-data\]"),
    Known("a port that SERVER_NAME does not have does not matter", "status", r"^GET /urls of sub.test:8080$"),
    Known("a port that SERVER_NAME does not have does not matter", "body", r"^GET / of sub.test:8080$"),
    Known("whoever looks at the session depends on the cookie", "Vary", r"/session/", strict=False),
    Known("MAX_CONTENT_LENGTH holds for get_data() too", "status", r"^POST /data of settings.test.*b'a=x{58}'$",
    strict=False),
    Known("slashes and question marks stay in a query string", "body", r"/u\?json=.*b%20c%26d%3De%2Bf"),
    Known("bytes that are no UTF-8 stay percent-encoded", "body", r"/echo/args\?a=.*(%ff|%C3)$",
    r"/echo/form .*b'a=%ff'$"),
    Known("more characters stay in an anchor", "body", r"/u\?json=.*caf%5Cu00e9/%3F%23"),
    Known("files say that they have ranges", "Accept-Ranges",
    r"(GET|HEAD) /(static|simple/files|r/file|r/directory|r/conditional)",
          strict=False),
]

# The newest Flask and Werkzeug differ from Debian's, which is followed here.
NEWER = [
    Known("redirect() answers 303", "status", r"/session/login/"),
    Known("entity tags are SHA3", "ETag", r"/r/etag$"),
    Known("a float without a fraction loses its digit", "body", r"/u\?json=.*c_float.*%3A%202%7D"),
    Known("what is no base64 is skipped", "body", r"\[Authorization: Basic !!!\]"),
    Known("cookies are not decoded as UTF-8", "body", r"\[Cookie: a=caf\xc3\xa9\]"),
    Known("the session is looked at before the JSON fails", "Vary", r"/session/set\?json=%7B$"),
]

# Differences on purpose, told in docs/differences.md.
OURS = [
    Known("text in header fields is UTF-8", "X-A", r"/r/make\?json=.*X-A%22%3A%20%22caf"),
    Known("text in header fields is UTF-8", "X-Injected", r"/inject\?value=caf"),
    Known("text in header fields is UTF-8", "body", r"\[X-Latin: caf\xe9\]"),
    Known("a header field has no NUL", "status", r"/inject\?value=a%00b"),
    Known("JSON has no NaN and is UTF-8", "status", r"POST /echo/json \[.*json\] \+ b('NaN'|'Infinity'|'\\xff\\xfe)"),
    Known("a UUID is the text of the URL", "body", r"/c/uuid/A2345678-1234-5678-1234-56781234567A"),
    Known("numbers are ASCII digits", "body", r"/echo/int\?key=(1_000|%D9)", r"\[Max-Forwards: -1\]"),
    Known("repeated fields are kept apart", "body", r"/echo/header\?name=X-Twice",
    r"\[(Cookie|Range|Authorization): .*\[\1: "),
    Known("a missing header field is a 400", "status", r"/echo/header/missing$"),
    Known("base64 is strict", "body", r"\[Authorization: Basic dXNlcjpwYXNz=\]"),
    Known("an empty entity tag is not None", "body", r'\[If-None-Match: ""\]'),
    Known("a session tells whether it is new", "body", r"/session/flags", strict=False),
    Known("a file that is not there is a 404", "status", r"/r/file\?path=static(%2Fnone)?$"),
    Known("a value of the converter any is quoted", "body", r"/u\?json=.*c_any.*three%20four"),
]

KNOWN = (NEWER if IS_NEWER else OLDER) + OURS
