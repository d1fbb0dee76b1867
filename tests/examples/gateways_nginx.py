#!/usr/bin/env python3
"""Puts examples/gateways behind nginx by every protocol: gateways_nginx.py PROGRAM."""

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest

program = ""

CONFIGURATION = """
daemon off; master_process off; worker_processes 1;
pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off; client_max_body_size 20m;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; scgi_temp_path {folder}/scgi; uwsgi_temp_path {folder}/uwsgi;
  upstream kept {{ server 127.0.0.1:{fastcgi}; keepalive 4; }}
  server {{ listen 127.0.0.1:{plain};
    location / {{ include /etc/nginx/fastcgi_params; fastcgi_pass 127.0.0.1:{fastcgi}; }} }}
  server {{ listen 127.0.0.1:{kept};
    location / {{ include /etc/nginx/fastcgi_params; fastcgi_keep_conn on; fastcgi_pass kept; }} }}
  server {{ listen 127.0.0.1:{by_scgi};
    location / {{ include /etc/nginx/scgi_params; scgi_pass 127.0.0.1:{scgi}; }} }}
  server {{ listen 127.0.0.1:{by_uwsgi};
    location / {{ include /etc/nginx/uwsgi_params; uwsgi_pass 127.0.0.1:{uwsgi}; }} }}
}}
"""


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def wait_for(port):
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("nothing listens on port %d" % port)


class BehindNginx(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        os.chmod(cls.folder, 0o755)
        names = ["fastcgi", "scgi", "uwsgi", "plain", "kept", "by_scgi", "by_uwsgi"]
        cls.ports = dict(zip(names, free_ports(len(names))))
        cls.processes = []
        for protocol in ("fastcgi", "scgi", "uwsgi"):
            cls.processes.append(
                subprocess.Popen([program, protocol, str(cls.ports[protocol])]))
        path = os.path.join(cls.folder, "nginx.conf")
        with open(path, "w") as file:
            file.write(CONFIGURATION.format(folder=cls.folder, **cls.ports))
        cls.processes.append(subprocess.Popen(
            ["nginx", "-c", path, "-e", os.path.join(cls.folder, "error.log")]))
        for port in cls.ports.values():
            wait_for(port)

    @classmethod
    def tearDownClass(cls):
        for process in cls.processes:
            process.terminate()
        codes = [process.wait(30) for process in cls.processes]
        shutil.rmtree(cls.folder)
        assert codes == [0] * len(codes), codes

    def ask(self, front, path, method="GET", body=None, headers={}):
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[front], timeout=20)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, content

    def test_every_protocol(self):
        for front in ("plain", "kept", "by_scgi", "by_uwsgi"):
            with self.subTest(front):
                self.assertEqual(self.ask(front, "/hello/J%C3%BCrgen%2F"),
                                 (404, self.ask(front, "/hello/a/")[1]))
                self.assertEqual(self.ask(front, "/hello/%3Cbob%3E"), (200, b"Hello &lt;bob&gt;"))
                status, content = self.ask(front, "/where?x=1%26", headers={"Host": "example.com"})
                where = json.loads(content)
                self.assertEqual(status, 200)
                self.assertEqual(where["path"], "/where")
                self.assertEqual(where["root"], "")
                self.assertEqual(where["url"], "http://example.com/where?x=1%26")
                self.assertEqual(self.ask(front, "/missing")[0], 404)
                self.assertEqual(self.ask(front, "/hello/bob", "HEAD"), (200, b""))
                self.assertEqual(self.ask(front, "/hello/bob", "POST")[0], 405)

    def test_bodies(self):
        large = os.urandom(5_000_000)
        for front in ("plain", "kept", "by_scgi", "by_uwsgi"):
            with self.subTest(front):
                self.assertEqual(self.ask(front, "/echo", "POST", b"abc"), (200, b"abc"))
                self.assertEqual(self.ask(front, "/echo", "POST", large), (200, large))
                chunks = iter([b"in ", b"pieces"])
                self.assertEqual(self.ask(front, "/echo", "POST", chunks), (200, b"in pieces"))

    def test_many_requests_on_kept_connections(self):
        for i in range(300):
            self.assertEqual(self.ask("kept", "/hello/%d" % i), (200, b"Hello %d" % i))


class ByCgi(unittest.TestCase):
    def answer(self, body=b"", **variables):
        return subprocess.run([program], input=body, capture_output=True, check=True,
                              env={"PATH": os.environ["PATH"], **variables}).stdout

    def test_a_request(self):
        self.assertEqual(
            self.answer(REQUEST_METHOD="GET", SCRIPT_NAME="/cgi-bin/app", PATH_INFO="/hello/bob"),
            b"Status: 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: 9\r\n"
            b"\r\nHello bob")

    def test_a_length_that_is_no_number(self):
        answer = self.answer(REQUEST_METHOD="POST", PATH_INFO="/echo", CONTENT_LENGTH="-1")
        self.assertTrue(answer.startswith(b"Status: 400 Bad Request\r\n"), answer)

    def test_a_body_with_every_byte(self):
        body = bytes(range(256))
        answer = self.answer(body, REQUEST_METHOD="POST", PATH_INFO="/echo",
                             CONTENT_LENGTH=str(len(body)))
        self.assertTrue(answer.endswith(b"\r\n\r\n" + body))


if __name__ == "__main__":
    program = os.path.abspath(sys.argv.pop(1))
    unittest.main()
