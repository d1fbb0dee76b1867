#!/usr/bin/env python3
"""Compares thousands of random cases with Python: what one side writes is read by the other, and what both do is equal.

    data_parity.py PROGRAM [--cases N] [--seed S]      PROGRAM is data_program, compiled; 2000 cases of each kind

Needs Werkzeug and itsdangerous of any version from Debian's 2.2 on. Where versions differ, only round trips are asked.
"""

import base64
import email.utils
import hashlib
import io
import json
import random
import re
import string
import subprocess
import sys
import unittest
import urllib.parse
import urllib.request
import zlib
from datetime import datetime, timezone

from itsdangerous import TimestampSigner, URLSafeTimedSerializer
from werkzeug import http, security
from werkzeug.datastructures import MIMEAccept
from werkzeug.formparser import MultiPartParser
from werkzeug.utils import secure_filename

program = "./data_program"
cases = 2000
seed = 1


def b64(data):
    return base64.b64encode(data).decode()


def ask(op, inputs):
    """Returns the program's answers to a list of inputs."""
    lines = "".join(json.dumps({"op": op, "in": each}) + "\n" for each in inputs)
    done = subprocess.run([program], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    answers = [json.loads(line) for line in done.stdout.decode().splitlines()]
    assert len(answers) == len(inputs), f"{op}: {len(answers)} answers to {len(inputs)} questions"
    return answers


class Data(unittest.TestCase):
    def setUp(self):
        self.random = random.Random(f"{seed} {self.id()}")

    def compare(self, op, inputs, expected):
        for given, wanted, found in zip(inputs, expected, ask(op, inputs)):
            self.assertEqual(found, wanted, f"{op} {given!r}")

    # ---- what to ask about

    def text(self, size=20, alphabet=None):
        pick = self.random
        if alphabet is None:
            alphabet = string.printable[:95] + "äöüßéñ☃€字漢😀" if pick.random() < 0.5 else string.ascii_letters
        return "".join(pick.choice(alphabet) for _ in range(pick.randrange(size)))

    def bytes(self, size=300):
        pick = self.random
        kind = pick.randrange(3)
        if kind == 0:
            return pick.randbytes(pick.randrange(size))
        if kind == 1:
            return bytes(pick.choice(b"ab\r\n-") for _ in range(pick.randrange(size)))
        return self.text(size).encode()

    def value(self, depth=3):
        pick = self.random
        kind = pick.randrange(9 if depth else 6)
        if kind == 0:
            return pick.choice([None, True, False])
        if kind == 1:
            return pick.choice([0, -1, 2**63 - 1, -(2**63), 2**53 + 1, pick.randrange(-10**6, 10**6)])
        if kind == 2:
            return pick.choice([0.1, 1e16, 1e-5, 123456789.125, -0.0, 5e-324, 1.7976931348623157e308,
                                pick.uniform(-1e6, 1e6), pick.random() * 10.0 ** pick.randrange(-300, 300)])
        if kind < 6:
            return self.text()
        if kind < 8:
            return {self.text(): self.value(depth - 1) for _ in range(pick.randrange(5))}
        return [self.value(depth - 1) for _ in range(pick.randrange(5))]

    # ---- JSON and compression

    def test_json(self):
        values = [self.value() for _ in range(cases)]
        texts = [b64(json.dumps(each, ensure_ascii=self.random.random() < 0.5).encode()) for each in values]
        for value, text in zip(values, ask("json", texts)):
            self.assertEqual(json.loads(text), value)
        self.compare("json_sorted", texts, [json.dumps(each, separators=(",", ":"), sort_keys=True) for each in values])

    def test_compression(self):
        texts = [self.bytes(2000) * self.random.choice([1, 1, 1, 3]) for _ in range(cases)]
        self.compare("compress", [b64(each) for each in texts], [b64(zlib.compress(each)) for each in texts])
        packed = [zlib.compress(each, self.random.randrange(10)) for each in texts]
        self.compare("decompress", [b64(each) for each in packed], [b64(each) for each in texts])
        for i, each in enumerate(packed):  # damaged: both refuse, or both read the same
            broken = bytearray(each)
            broken[self.random.randrange(len(broken))] ^= 1 << self.random.randrange(8)
            packed[i] = bytes(broken)

        def inflated(data):
            try:
                return b64(zlib.decompress(data))
            except zlib.error:
                return None

        self.compare("decompress", [b64(each) for each in packed], [inflated(each) for each in packed])

    # ---- signatures and passwords

    def test_signed_tokens(self):
        asked, serializers = [], []
        for _ in range(cases):
            keys = [self.text(40) + "k" for _ in range(self.random.randrange(1, 4))]
            salt = self.text()
            digest = self.random.choice(["sha1", "sha256", "sha512"])
            derivation = self.random.choice(["hmac", "concat", "django-concat", "none"])
            serializers.append(URLSafeTimedSerializer(
                keys, salt=salt, signer=TimestampSigner,
                signer_kwargs={"key_derivation": derivation, "digest_method": getattr(hashlib, digest)}))
            asked.append({"keys": keys, "salt": salt, "digest": digest, "derivation": derivation,
                          "value": self.value()})
        for each, serializer, token in zip(asked, serializers, ask("sign", asked)):
            self.assertEqual(serializer.loads(token), each["value"], each)
        for each, serializer in zip(asked, serializers):
            each["token"] = serializer.dumps(each["value"])
        self.compare("unsign", asked, [each["value"] for each in asked])
        for each in asked:  # one character changed
            token = list(each["token"])
            at = self.random.randrange(len(token))
            token[at] = "a" if token[at] != "a" else "b"
            each["token"] = "".join(token)
        for each, serializer, found in zip(asked, serializers, ask("unsign", asked)):
            try:
                wanted = serializer.loads(each["token"])
            except Exception:
                self.assertIn("error", found, each)
            else:
                self.assertEqual(found, wanted, each)

    def test_password_hashes(self):
        passwords = [self.text(30) for _ in range(cases)]
        methods = [f"pbkdf2:{self.random.choice(['sha1', 'sha256', 'sha512'])}:{self.random.randrange(1, 30)}"
                   for _ in passwords]
        hashes = ask("hash_password", [{"password": p, "method": m} for p, m in zip(passwords, methods)])
        for password, hashed in zip(passwords, hashes):
            self.assertTrue(security.check_password_hash(hashed, password), (password, hashed))
        theirs = [security.generate_password_hash(p, m, self.random.randrange(1, 20))
                  for p, m in zip(passwords, methods)]
        self.compare("check_password", [{"password": p, "hash": h} for p, h in zip(passwords, theirs)],
                     [True] * cases)
        self.compare("check_password", [{"password": p + "x", "hash": h} for p, h in zip(passwords, theirs)],
                     [False] * cases)

    def test_scrypt_hashes(self):
        asked = []
        for _ in range(cases):
            n, r, p = 2 ** self.random.randrange(1, 8), self.random.randrange(1, 9), self.random.randrange(1, 4)
            password, salt = self.text(30), self.text(16, string.ascii_letters) + "s"
            key = hashlib.scrypt(password.encode(), salt=salt.encode(), n=n, r=r, p=p).hex()
            asked.append({"password": password, "hash": f"scrypt:{n}:{r}:{p}${salt}${key}"})
        self.compare("check_password", asked, [True] * cases)
        for each in asked:
            each["password"] += "x"
        self.compare("check_password", asked, [False] * cases)

    # ---- cookies

    def test_cookies(self):
        keys = ["".join(self.random.choices(string.ascii_letters + string.digits + "_-", k=5)) for _ in range(cases)]
        values = [self.text(40) for _ in range(cases)]
        asked = [{"key": k, "value": v, "path": self.random.choice([None, "/", "/a b/ö"]), "max_age": None,
                  "expires": None} for k, v in zip(keys, values)]
        for key, value, field in zip(keys, values, ask("dump_cookie", asked)):
            self.assertEqual(http.parse_cookie(field.split("; Path")[0]).get(key), value, field)
        fields = []
        for first in range(0, cases, 5):
            jar = [http.dump_cookie(k, v, path=None) for k, v in zip(keys[first:first + 5], values[first:first + 5])]
            fields.append("; ".join(each.encode("latin1").decode("utf-8") for each in jar))
        wanted = [[[k, v] for k, v in zip(keys[first:first + 5], values[first:first + 5])]
                  for first in range(0, cases, 5)]
        self.compare("parse_cookie", fields, wanted)

    def test_cookie_attributes(self):
        asked, wanted = [], []
        for _ in range(cases):
            pick = self.random
            each = {"key": "k", "value": self.text(10, string.ascii_letters), "path": pick.choice(["/", "/x", None]),
                    "domain": pick.choice(["", "example.org"]),
                    "max_age": pick.choice([None, 0, 60]), "expires": pick.choice([0, 1700000000]),
                    "secure": pick.random() < 0.5, "httponly": pick.random() < 0.5,
                    "samesite": pick.choice(["", "Lax", "strict", "NONE"])}
            asked.append(each)
            wanted.append(http.dump_cookie(
                each["key"], each["value"], max_age=each["max_age"], expires=each["expires"], path=each["path"],
                domain=each["domain"] or None, secure=each["secure"], httponly=each["httponly"],
                samesite=each["samesite"] or None))
        for given, theirs, ours in zip(asked, wanted, ask("dump_cookie", asked)):
            self.assertEqual(sorted(ours.split("; ")), sorted(theirs.split("; ")), given)

    # ---- URLs

    def test_quoting(self):
        texts = [self.text(40) for _ in range(cases)]
        safe = [self.random.choice(["", "/", "/:?#", "!$&'()*+,;="]) for _ in texts]
        asked = [{"text": t, "safe": s} for t, s in zip(texts, safe)]
        self.compare("quote", asked, [urllib.parse.quote(t, s) for t, s in zip(texts, safe)])
        self.compare("quote_plus", asked, [urllib.parse.quote_plus(t, s) for t, s in zip(texts, safe)])
        quoted = [urllib.parse.quote(t, s) for t, s in zip(texts, safe)]
        self.compare("unquote", quoted, texts)
        plus = [urllib.parse.quote_plus(t) for t in texts]
        self.compare("unquote_plus", plus, texts)
        odd = [self.text(30, "%2fFzZ4+ %") for _ in texts]
        valid = [each for each in odd if "\ufffd" not in urllib.parse.unquote_plus(each)]
        self.compare("unquote_plus", valid, [urllib.parse.unquote_plus(each) for each in valid])

    def test_queries(self):
        queries = [[(self.text(10), self.text()) for _ in range(self.random.randrange(1, 6))] for _ in range(cases)]
        asked = [[{"k": k, "v": v} for k, v in each] for each in queries]
        for each, found in zip(queries, ask("encode_query", asked)):
            self.assertEqual(urllib.parse.parse_qsl(found, keep_blank_values=True), each, found)
        texts = [urllib.parse.urlencode(each) for each in queries]
        self.compare("decode_query", texts, [[list(pair) for pair in each] for each in queries])
        odd = [self.text(40, "ab=&+%2041;") for _ in range(cases)]
        read = [[list(pair) for pair in urllib.parse.parse_qsl(each, keep_blank_values=True)] for each in odd]
        valid = [(text, query) for text, query in zip(odd, read) if "\ufffd" not in str(query)]
        self.compare("decode_query", [text for text, _ in valid], [query for _, query in valid])

    def url(self):
        pick = self.random
        scheme = pick.choice(["", "http:", "https:", "HTTP:", "ftp:", "mailto:"])
        host = pick.choice(["", "//example.com", "//u:p@a.b:8080", "//[::1]:80", "//a"])
        path = "".join(pick.choice(["/", "a", "..", ".", "b c", "%20", "é", "a;p", "//", ":"])
                       for _ in range(pick.randrange(7)))
        if host and not path.startswith("/"):
            path = "/" + path
        if not host and path.startswith("//"):  # a host, or none: versions of Python differ
            path = path.lstrip("/")
        query = pick.choice(["", "?", "?x=1", "?a/b?c"])
        return scheme + host + path + query + pick.choice(["", "#", "#f", "#a?b"])

    def test_splitting_and_joining(self):
        urls = [self.url() for _ in range(cases)]
        self.compare("urlsplit", urls, [list(urllib.parse.urlsplit(each)) for each in urls])
        bases = [self.random.choice(["http://a/b/c/d;p?q", "http://a", "http://a/b/", "https://x.y/../z?#f", "/p/q"])
                 for _ in urls]
        self.compare("urljoin", [{"base": b, "url": u} for b, u in zip(bases, urls)],
                     [urllib.parse.urljoin(b, u) for b, u in zip(bases, urls)])

    def test_foreign_addresses(self):
        iris = ["http://" + self.random.choice(["example.com", "bücher.example", "☃.net", "xn--n3h.net"]) + "/"
                + self.text(15, "abäö☃/字") + "?q=" + self.text(10, "abäö☃字&=") for _ in range(cases)]
        uris = ask("iri_to_uri", iris)
        for iri, uri in zip(iris, uris):
            self.assertTrue(uri.isascii(), uri)
            theirs = urllib.parse.urlsplit(iri)
            ours = urllib.parse.urlsplit(uri)
            self.assertEqual(ours.netloc, theirs.netloc.encode("idna").decode(), iri)
            self.assertEqual(urllib.parse.unquote(ours.path), theirs.path, iri)
            self.assertEqual(urllib.parse.unquote(ours.query), theirs.query, iri)
        self.assertEqual(ask("iri_to_uri", ask("uri_to_iri", uris)), uris)

    # ---- dates

    def test_dates(self):
        times = [self.random.randrange(-9 * 10**9, 9 * 10**9) for _ in range(cases)]
        written = [email.utils.format_datetime(datetime.fromtimestamp(t, timezone.utc), usegmt=True) for t in times]
        self.compare("http_date", times, written)
        self.compare("parse_date", written, times)
        recent = [self.random.randrange(0, 2**31 - 1) for _ in range(cases)]
        forms = ["%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y", "%d %b %Y %H:%M:%S +0000"]
        texts = [datetime.fromtimestamp(t, timezone.utc).strftime(self.random.choice(forms)) for t in recent]
        self.compare("parse_date", texts, recent)
        odd = [self.text(25, "0123456789 :,-+") + self.random.choice(["", " GMT", " Jan"]) for _ in range(cases)]
        parsed = [http.parse_date(each) for each in odd]
        usable = [(o, p) for o, p in zip(odd, parsed) if p is None or 1680 < p.year < 2260]
        self.compare("parse_date", [o for o, _ in usable], [p and int(p.timestamp()) for _, p in usable])

    # ---- forms

    def boundary(self):
        return "".join(self.random.choices(string.ascii_letters, k=16))

    def test_forms(self):
        asked = []
        for _ in range(cases):
            names = [self.text(12, "abc é\"\r\n;=x") for _ in range(self.random.randrange(1, 6))]
            fields = [[name, self.text(60, "ab\r\n-B é")] for name in names]
            files = [[name, self.text(12, "abc é.\"") + ".x", self.random.choice(["text/plain", "image/png"]),
                      b64(self.bytes())] for name in names[:2]]
            asked.append({"boundary": self.boundary(), "form": fields, "files": files})
        for each, body in zip(asked, ask("write_form", asked)):
            data = base64.b64decode(body)
            form, files = MultiPartParser().parse(io.BytesIO(data), each["boundary"].encode(), len(data))
            self.assertEqual([value for _, value in form.items(multi=True)],
                             [value for _, value in self.grouped(each["form"])], data)
            self.assertEqual(sorted(b64(file.read()) for _, file in files.items(multi=True)),
                             sorted(file[3] for file in each["files"]), data)

    @staticmethod
    def grouped(pairs):
        """The pairs as a MultiDict gives them: the values of a name together."""
        order = list(dict.fromkeys(name for name, _ in pairs))
        return [(name, value) for name in order for key, value in pairs if key == name]

    def test_forms_of_python(self):
        asked, wanted = [], []
        for _ in range(cases):
            boundary = self.boundary()
            fields = [[self.text(12, "abc é;=x") + "n", self.text(60, "ab\r\n-B é")] for _ in range(self.random.randrange(4))]
            files = [[self.text(12, "abc é;=x") + "n", self.text(12, "abc é.") + "x", "text/plain", b64(self.bytes())]
                     for _ in range(self.random.randrange(3))]
            lines = []
            for name, value in fields:
                lines += [f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n'.encode(),
                          value.encode(), b"\r\n"]
            for name, filename, kind, content in files:
                lines += [f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"; filename="{filename}"\r\n'
                          f"Content-Type: {kind}\r\n\r\n".encode(), base64.b64decode(content), b"\r\n"]
            lines += [f"--{boundary}--\r\n".encode()]
            body = b"".join(lines)
            form, theirs = MultiPartParser().parse(io.BytesIO(body), boundary.encode(), len(body))
            self.assertEqual(len(list(form.items(multi=True))), len(fields))
            self.assertEqual(len(list(theirs.items(multi=True))), len(files))
            asked.append({"boundary": boundary, "body": b64(body)})
            wanted.append({"form": fields, "files": files})
        self.compare("parse_form", asked, wanted)

    # ---- header values

    def test_lists(self):
        texts = [", ".join(self.random.choice(["a", "b c", '"d, e"', '"f\\"g"', "h=i", ""]) for _ in range(5))
                 for _ in range(cases)]
        wanted = []
        for text in texts:
            items = []
            for item in urllib.request.parse_http_list(text):
                if item[:1] == item[-1:] == '"' and len(item) > 1:
                    item = http.unquote_header_value(item)
                if item:
                    items.append(item)
            wanted.append(items)
        self.compare("parse_list", texts, wanted)

    def test_quoted_values(self):
        values = [self.text(20, "ab \"\\,;=é") + "v" for _ in range(cases)]
        ours = ask("quote_value", values)
        for value, quoted in zip(values, ours):
            self.assertEqual(http.unquote_header_value(quoted), value, quoted)
        self.compare("unquote_value", [http.quote_header_value(each) for each in values], values)

    def test_options(self):
        asked = []
        for _ in range(cases):
            names = self.random.sample(["a", "name", "x-y", "charset", "n1"], self.random.randrange(1, 5))
            asked.append({"value": "form-data", "options": [[name, self.text(15, "ab \"\\,;=") + "v"] for name in names]})
        for each, field in zip(asked, ask("dump_options", asked)):
            value, options = http.parse_options_header(field)[:2]
            self.assertEqual((value, options), ("form-data", dict(each["options"])), field)
        fields = [http.dump_options_header("form-data", dict(each["options"])) for each in asked]
        self.compare("parse_options", fields, [[each["value"], each["options"]] for each in asked])

    def test_ranges_and_tags(self):
        # Older versions read "--0" as a number.
        texts = ["bytes=" + re.sub(r"-[-\s]*-", "-", self.text(12, "0123-,- 9")) for _ in range(cases)]
        wanted = []
        for text in texts:
            found = http.parse_range_header(text)
            wanted.append(found and [found.units, [list(each) for each in found.ranges], found.to_header()])
        self.compare("range", texts, wanted)
        tags = [", ".join(self.random.choice(['"a"', 'W/"b"', "c", '"d e"', 'W/"f"']) for _ in range(4))
                for _ in range(cases)]
        for text, found in zip(tags, ask("etags", tags)):
            self.assertEqual(set(found), http.parse_etags(text).as_set(include_weak=True), text)

    def test_best_match(self):
        pick = self.random
        types = ["text/html", "text/plain", "application/json", "image/png"]
        asked, wanted = [], []
        for _ in range(cases):
            accept = ",".join(pick.choice(types + ["*/*", "text/*", "image/*"]) + f";q={pick.randrange(11) / 10}"
                              for _ in range(pick.randrange(1, 5)))
            ours = pick.sample(types, pick.randrange(1, 4))
            asked.append({"accept": accept, "ours": ours})
            wanted.append(http.parse_accept_header(accept, MIMEAccept).best_match(ours))
        self.compare("best_match", asked, wanted)

    # ---- names of files

    def test_file_names(self):
        names = [self.text(20, "ab./\\_- é:~ö") for _ in range(cases)]
        self.compare("secure_filename", names, [secure_filename(each) for each in names])
        parts = [self.text(12, "ab/.") for _ in range(cases)]
        self.compare("safe_join", [{"folder": "/srv/files", "name": each} for each in parts],
                     [security.safe_join("/srv/files", each) for each in parts])


if __name__ == "__main__":
    arguments = sys.argv[1:]
    for option in ("--cases", "--seed"):
        if option in arguments:
            at = arguments.index(option)
            globals()[option[2:]] = int(arguments[at + 1])
            del arguments[at:at + 2]
    program = arguments.pop(0)
    print(f"{cases} cases of each kind, seed {seed}")
    unittest.main(argv=[sys.argv[0], *arguments], warnings="ignore")
