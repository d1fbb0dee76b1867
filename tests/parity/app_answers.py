"""What views may answer, and errors: the second part of the application of parity.py."""

import datetime
import json

import flask
from flask import (Response, abort, jsonify, make_response, redirect, request, send_file, send_from_directory,
                   stream_with_context)
from markupsafe import Markup
from werkzeug.datastructures import WWWAuthenticate
from werkzeug.exceptions import (BadRequest, Conflict, MethodNotAllowed, NotFound, RequestedRangeNotSatisfiable,
                                 ServiceUnavailable, TooManyRequests, Unauthorized)

from app_shared import Base


def add_answers(app):
    app.add_url_rule("/r/text", "r_text", lambda: "text")
    app.add_url_rule("/r/empty", "r_empty", lambda: "")
    app.add_url_rule("/r/unicode", "r_unicode", lambda: "snow: \u2603 <&>\n")
    app.add_url_rule("/r/bytes", "r_bytes", lambda: b"\x00\xff bytes")
    app.add_url_rule("/r/markup", "r_markup", lambda: Markup("<b>bold</b>"))
    app.add_url_rule("/r/dict", "r_dict", lambda: {"b": [1, None, True, "x"],
            "a": {"z": 1.5, "y": "\u2603</script>"}})
    app.add_url_rule("/r/list", "r_list", lambda: [3, 2, {"b": 1, "a": 2}])
    app.add_url_rule("/r/dict-status", "r_dict_status", lambda: ({"error": "gone"}, 410))
    app.add_url_rule("/r/status", "r_status", lambda: ("made", 201))
    app.add_url_rule("/r/status-text", "r_status_text", lambda: ("teapot", "299 My Own"))
    app.add_url_rule("/r/headers", "r_headers", lambda: ("x", {"X-One": "1", "Content-Type": "text/plain"}))
    app.add_url_rule("/r/header-list", "r_header_list", lambda: ("x", [("X-Two", "1"), ("X-Two", "2")]))
    app.add_url_rule("/r/three", "r_three", lambda: ("three", 202, {"X-Three": "3"}))
    app.add_url_rule("/r/response", "r_response",
                     lambda: Response("plain", 203, {"X-A": "b"}, mimetype="text/plain"))
    app.add_url_rule("/r/response-tuple", "r_response_tuple",
                     lambda: (Response("inner", 200, {"X-A": "inner", "X-B": "kept"}), 404, {"X-A": "outer"}))
    app.add_url_rule("/r/content-type", "r_content_type",
                     lambda: Response("\u00e9".encode("latin1"), content_type="text/plain; charset=latin1"))
    app.add_url_rule("/r/no-content", "r_no_content", lambda: ("", 204))
    app.add_url_rule("/r/no-content-body", "r_no_content_body", lambda: ("body", 204))
    app.add_url_rule("/r/not-modified", "r_not_modified", lambda: ("body", 304))
    app.add_url_rule("/r/location", "r_location", lambda: ("", 201, {"Location": "/relative?x=1"}))
    app.add_url_rule("/r/exception", "r_exception", lambda: NotFound("returned").get_response())

    @app.route("/r/raised-response")
    def r_raised_response():
        abort(Response("aborted with a response", 418, {"X-Abort": "1"}))

    @app.route("/r/make")
    def r_make():
        wanted = json.loads(request.args["json"])
        response = make_response(wanted.get("body", "made"))
        if "status_code" in wanted:
            response.status_code = wanted["status_code"]
        if "status" in wanted:
            response.status = wanted["status"]
        if "mimetype" in wanted:
            response.mimetype = wanted["mimetype"]
        if "content_type" in wanted:
            response.content_type = wanted["content_type"]
        for name, value in wanted.get("set", {}).items():
            response.headers[name] = value
        for name, value in wanted.get("add", []):
            response.headers.add(name, value)
        for name in wanted.get("remove", []):
            response.headers.remove(name)
        if "data" in wanted:
            response.set_data(wanted["data"])
        return response

    @app.route("/r/new")
    def r_new():
        options = {name: request.args[name] for name in ("mimetype", "content_type") if name in request.args}
        return Response(request.args.get("body", "new"), request.args.get("status", "200"), **options)

    @app.route("/r/jsonify")
    def r_jsonify():
        return jsonify(json.loads(request.args["json"]))

    @app.route("/r/redirect")
    def r_redirect():
        return redirect(request.args["to"], request.args.get("code", 302, type=int))

    @app.route("/r/cookie")
    def r_cookie():
        options = json.loads(request.args.get("options", "{}"))
        if isinstance(options.get("expires"), int):
            options["expires"] = datetime.datetime.fromtimestamp(options["expires"], datetime.timezone.utc)
        response = make_response("cookie")
        response.set_cookie(request.args["key"], request.args.get("value", ""), **options)
        return response

    @app.route("/r/cookies")
    def r_cookies():
        response = make_response("cookies")
        response.set_cookie("one", "1")
        response.set_cookie("two", "2", httponly=True)
        response.delete_cookie("three", path="/x", domain="example.com")
        response.delete_cookie("four")
        return response

    @app.route("/r/stream")
    def r_stream():
        def pieces():
            yield "one,"
            yield ""
            yield "two,"
            yield "three"
        return Response(pieces(), mimetype="text/plain")

    @app.route("/r/generator")
    def r_generator():
        def pieces():
            for number in range(5):
                yield "%d\n" % number
        return pieces()

    @app.route("/r/stream-context")
    def r_stream_context():
        def pieces():
            yield "Hello "
            yield request.args.get("name", "nobody")
            yield "!"
        return Response(stream_with_context(pieces()))

    @app.route("/r/stream-length")
    def r_stream_length():
        return Response(iter(["abc", "def"]), headers={"Content-Length": "6"})

    @app.route("/r/fields")
    def r_fields():
        response = Response("fields")
        response.cache_control.max_age = 60
        response.cache_control.public = True
        response.cache_control.no_cache = True
        response.vary.add("Accept")
        response.vary.add("Cookie")
        response.allow.update(["GET", "HEAD"])
        response.content_language.add("de")
        response.set_etag("tag", weak=True)
        time = datetime.datetime(2024, 2, 29, 12, 34, 56, tzinfo=datetime.timezone.utc)
        response.last_modified = time
        response.expires = time
        response.retry_after = 120
        response.age = 5
        response.content_location = "/there"
        response.accept_ranges = "bytes"
        response.content_encoding = "identity"
        response.access_control_allow_origin = "*"
        response.access_control_allow_credentials = True
        response.access_control_max_age = 600
        response.access_control_allow_methods = ["GET", "PUT"]
        response.access_control_allow_headers = ["X-A", "X-B"]
        response.access_control_expose_headers = ["X-C"]
        response.content_range.set(0, 10, 20)
        response.content_security_policy.default_src = "'self'"
        return response

    @app.route("/r/conditional", methods=["GET", "HEAD", "POST"])
    def r_conditional():
        response = Response("conditional body")
        response.set_etag("tag")
        response.last_modified = datetime.datetime(2024, 2, 29, 12, 34, 56, tzinfo=datetime.timezone.utc)
        return response.make_conditional(request, accept_ranges=True, complete_length=16)

    @app.route("/r/etag")
    def r_etag():
        response = make_response("body")
        response.add_etag()
        return response.make_conditional(request)

    @app.route("/r/file")
    def r_file():
        options = json.loads(request.args.get("options", "{}"))
        return send_file(request.args["path"], **options)

    @app.route("/r/directory/<path:name>")
    def r_directory(name):
        return send_from_directory("static", name)

    @app.route("/r/status/<int:code>")
    def r_status_code(code):
        return "status", code

    @app.route("/r/after-this")
    def r_after_this():
        @flask.after_this_request
        def later(response):
            response.headers["X-After-This"] = "1"
            return response
        return "after this"


def add_errors(app):
    @app.route("/abort/<int:code>")
    def abort_code(code):
        if "description" in request.args:
            abort(code, request.args["description"])
        abort(code)

    @app.route("/raise/<name>")
    def raise_name(name):
        if name == "auth":
            raise Unauthorized("who?", www_authenticate=WWWAuthenticate("basic", {"realm": "here"}))
        if name == "methods":
            raise MethodNotAllowed(["POST"])
        if name == "range":
            raise RequestedRangeNotSatisfiable(17)
        if name == "retry":
            raise TooManyRequests(retry_after=30)
        if name == "unavailable":
            raise ServiceUnavailable("later", retry_after=60)
        if name == "base":
            raise Base("base")
        if name == "conflict":
            raise Conflict()
        if name == "bad":
            raise BadRequest("<b>bad</b> & \"worse\"\nline two")
        raise RuntimeError(name)

    app.add_url_rule("/inject", "inject", lambda: ("x", {"X-Injected": request.args["value"]}))
