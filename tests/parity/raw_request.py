"""A request of parity.py, byte for byte."""


class Request:
    """A request, sent as it stands here. With `cookies` the client keeps what it is given, and sends it."""

    def __init__(self, method, target, headers=(), body=b"", host="main.test", cookies=False):
        self.method = method
        self.target = target
        self.headers = list(headers)
        self.body = body.encode() if isinstance(body, str) else body
        self.host = host
        self.cookies = cookies

    def __str__(self):
        text = "%s %s" % (self.method, self.target)
        if self.host != "main.test":
            text += " of " + self.host
        for field in self.headers:
            text += " [%s: %s]" % field
        return text + (" + %r" % self.body[:60] if self.body else "")

    def bytes(self, cookies):
        lines = ["%s %s HTTP/1.1" % (self.method, self.target), "Host: " + self.host, "Connection: close"]
        lines += ["%s: %s" % field for field in self.headers]
        names = [name.lower() for name, _ in self.headers]
        if (self.body or self.method in ("POST", "PUT", "PATCH")) and not (
                "content-length" in names or "transfer-encoding" in names):
            lines.append("Content-Length: %d" % len(self.body))
        if self.cookies and cookies:
            lines.append("Cookie: " + "; ".join("%s=%s" % pair for pair in cookies.items()))
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin1") + self.body


def get(target, *headers, **options):
    return Request("GET", target, headers, **options)


def post(target, body="", kind=None, *headers, **options):
    fields = ([("Content-Type", kind)] if kind else []) + list(headers)
    return Request("POST", target, fields, body, **options)
