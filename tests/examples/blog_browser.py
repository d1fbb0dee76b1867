#!/usr/bin/env python3
"""Uses the blog as a person does, in headless Chromium: blog_browser.py PROGRAM SCREENSHOT-FOLDER.

It registers, logs in, writes a post, edits it, deletes it and logs out, and takes a picture of each page. The browser is
driven by chromedriver, in the WebDriver protocol over HTTP. Exits with 77 where there is no chromedriver.
"""

import base64
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

from test_examples import Server, free_port

program = pictures = None


class Browser:
    """A session of Chromium, from `with` until the end of it."""

    def __init__(self):
        self.port = free_port()
        self.driver = subprocess.Popen(["chromedriver", "--port=%d" % self.port],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.session = None

    def __enter__(self):
        try:
            deadline = time.monotonic() + 60
            while True:
                try:
                    socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                    break
                except OSError:
                    if self.driver.poll() is not None or time.monotonic() > deadline:
                        raise RuntimeError("chromedriver does not start")
                    time.sleep(0.02)
            flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--hide-scrollbars", "--window-size=800,600"]
            answer = self.call("POST", "/session", {"capabilities": {"alwaysMatch": {
                "goog:chromeOptions": {"args": flags},
                "goog:loggingPrefs": {"browser": "ALL"},
                "timeouts": {"pageLoad": 120000, "implicit": 10000},
                "unhandledPromptBehavior": "ignore",
            }}})
            self.session = "/session/" + answer["sessionId"]
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        try:
            if self.session:
                self.call("DELETE", self.session)
        finally:
            self.driver.terminate()
            self.driver.wait(timeout=60)

    def call(self, method, path, body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=150)
        text = None if method != "POST" else json.dumps(body or {})
        connection.request(method, path, text, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        value = json.loads(answer.read())["value"]
        connection.close()
        if answer.status != 200:
            raise RuntimeError("%s %s: %s" % (method, path, value.get("message", value)))
        return value

    def ask(self, what):
        return self.call("GET", self.session + what)

    def do(self, what, body=None):
        return self.call("POST", self.session + what, body)

    def visit(self, url):
        self.do("/url", {"url": url})

    def element(self, using, value):
        return "/element/" + next(iter(self.do("/element", {"using": using, "value": value}).values()))

    def click(self, using, value):
        self.do(self.element(using, value) + "/click")

    def follow(self, link):
        self.leave_page(lambda: self.click("link text", link))

    def press(self, button):
        self.leave_page(lambda: self.press_and_stay(button))

    def press_and_stay(self, button):
        self.click("xpath", "//button[normalize-space()='%s']" % button)

    def press_and_confirm(self, button):
        def act():
            self.press_and_stay(button)
            self.do("/alert/accept")
        self.leave_page(act)

    def leave_page(self, act):
        """Acts, and waits until the page has gone, and its elements with it."""
        page = self.element("css selector", "html")
        act()
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            try:
                self.ask(page + "/name")
            except RuntimeError:
                return
            time.sleep(0.02)
        raise RuntimeError("the page stays")

    def fill(self, name, text):
        field = self.element("css selector", "[name=%s]" % name)
        self.do(field + "/clear")
        self.do(field + "/value", {"text": text})

    def text(self, selector="body"):
        return self.ask(self.element("css selector", selector) + "/text")

    def value(self, name):
        return self.ask(self.element("css selector", "[name=%s]" % name) + "/property/value")

    def script(self, text):
        return self.do("/execute/sync", {"script": text, "args": []})

    def developer(self, command, **parameters):
        """A command of Chromium's own protocol."""
        self.do("/goog/cdp/execute", {"cmd": command, "params": parameters})

    def size(self, width, height):
        self.developer("Emulation.setDeviceMetricsOverride",
                       width=width, height=height, deviceScaleFactor=1, mobile=False)

    def dark(self, on):
        self.developer("Emulation.setEmulatedMedia", features=[
            {"name": "prefers-color-scheme", "value": "dark" if on else "light"}])

    def picture(self, name):
        with open(os.path.join(pictures, name + ".png"), "wb") as file:
            file.write(base64.b64decode(self.ask("/screenshot")))


class Blog(unittest.TestCase):
    def test_a_visit(self):
        with tempfile.TemporaryDirectory() as folder:
            os.environ["FLASK_DATABASE"] = os.path.join(folder, "new", "blog.sqlite")
            made = subprocess.run([program, "init-db"], capture_output=True, text=True, timeout=60)
            self.assertEqual(made.returncode, 0, made.stderr)
            with Server(program, "run", "--port", "PORT") as server, Browser() as browser:
                self.visit("http://127.0.0.1:%d" % server.port, browser)
                self.assertEqual(server.stop()[0], 0)

    def test_a_command_that_fails_says_why(self):
        os.environ["FLASK_DATABASE"] = os.path.join(program, "no-folder", "blog.sqlite")
        failed = subprocess.run([program, "init-db"], capture_output=True, text=True, timeout=60)
        self.assertEqual(failed.returncode, 1)
        self.assertRegex(failed.stderr, "^Error: .*no-folder")

    def visit(self, blog, browser):
        browser.size(720, 600)
        browser.visit(blog + "/")
        self.assertEqual(browser.ask("/title"), "Posts | Blog")
        self.assertIn("Nobody has written anything yet.", browser.text())
        self.assertNotIn("New post", browser.text())
        browser.picture("1-empty")

        # A stranger who wants to write has to log in, and to register before.
        browser.visit(blog + "/create")
        self.assertEqual(browser.ask("/url"), blog + "/auth/login")
        browser.follow("Register")
        browser.fill("username", "anna")
        browser.fill("password", "correct horse")
        browser.picture("2-register")
        browser.press("Register")
        self.assertEqual(browser.ask("/url"), blog + "/auth/login")
        self.assertEqual(browser.text(".message"), "Welcome, anna! You can log in now.")

        browser.fill("username", "anna")
        browser.fill("password", "wrong horse")
        browser.press("Log in")
        self.assertEqual(browser.text(".message"), "Wrong username or password.")
        self.assertEqual(browser.value("username"), "anna")
        browser.picture("3-wrong-password")
        browser.fill("password", "correct horse")
        browser.press("Log in")
        self.assertEqual(browser.ask("/url"), blog + "/")
        self.assertEqual(browser.text("nav span"), "anna")

        text = ("Peel the potatoes, cut them, and fry them twice.\n"
                "The vinegar is not d\u00e9cor: it is the point.")
        # The field is required: the browser itself sends no post without a title.
        browser.follow("New post")
        browser.press_and_stay("Publish")
        self.assertEqual(browser.ask("/url"), blog + "/create")
        browser.fill("title", "Fish & <chips>")
        browser.fill("body", text)
        browser.picture("4-write")
        browser.press("Publish")
        self.assertEqual(browser.text("article h2"), "Fish & <chips>")
        self.assertEqual(browser.text("article .body"), text)

        browser.follow("New post")
        browser.fill("title", "On writing it down")
        browser.fill("body", "What is written down can be found again, by others and by oneself.")
        browser.press("Publish")
        self.assertEqual(browser.text("article h2"), "On writing it down")
        browser.picture("5-posts")
        browser.dark(True)
        browser.picture("6-posts-dark")
        browser.size(360, 640)
        self.assertLessEqual(browser.script("return document.documentElement.scrollWidth"), 360)
        browser.picture("7-posts-narrow")
        browser.size(720, 600)
        browser.dark(False)

        browser.follow("Edit")
        self.assertEqual(browser.value("title"), "On writing it down")
        browser.fill("title", "On writing things down")
        browser.picture("8-edit")
        browser.press("Save")
        self.assertEqual(browser.text("article h2"), "On writing things down")

        browser.follow("Edit")
        browser.press_and_stay("Delete")
        self.assertEqual(browser.ask("/alert/text"), "Delete this post?")
        browser.do("/alert/dismiss")
        self.assertEqual(browser.value("title"), "On writing things down")
        browser.press_and_confirm("Delete")
        self.assertEqual(browser.ask("/url"), blog + "/")
        self.assertEqual(browser.text("article h2"), "Fish & <chips>")
        self.assertNotIn("On writing things down", browser.text())

        browser.follow("Log out")
        self.assertNotIn("anna", browser.text("nav"))
        self.assertIn("by anna", browser.text("article"))
        self.assertNotIn("Edit", browser.text())
        browser.picture("9-logged-out")

        # Everything was found, and nothing came from elsewhere.
        complaints = [entry for entry in browser.do("/se/log", {"type": "browser"})
                      if entry["level"] == "SEVERE"]
        self.assertEqual(complaints, [])
        resources = browser.script("return performance.getEntriesByType('resource').map(e => e.name)")
        self.assertIn(blog + "/static/style.css", resources)
        self.assertEqual([name for name in resources if not name.startswith(blog + "/")], [])


if __name__ == "__main__":
    if not shutil.which("chromedriver"):
        print("there is no chromedriver: nothing was tested")
        sys.exit(77)
    program = os.path.abspath(sys.argv.pop(1))
    pictures = os.path.abspath(sys.argv.pop(1))
    os.makedirs(pictures, exist_ok=True)
    unittest.main()
