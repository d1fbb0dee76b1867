"""The application of parity.py on the real Flask; app.cpp is the same in C++. Every route is in both, in this order."""

from flask import Blueprint, Flask, abort, jsonify, request, session, url_for
from werkzeug.exceptions import HTTPException, InternalServerError

from app_answers import add_answers, add_errors
from app_parts import add_sessions, add_urls, add_hooks, add_blueprints
from app_requests import add_converters, add_rules, add_echo
from app_shared import ROOT, Base, Derived, lists, make


def main_app():
    app = make("main")
    for add in (add_converters, add_rules, add_echo, add_answers, add_errors, add_sessions, add_urls, add_hooks,
                add_blueprints):
        add(app)
    app.add_url_rule("/", "index", lambda: "index")
    return app


def error_app():
    app = make("errors")

    @app.errorhandler(404)
    def not_found(error):
        return "404 here: " + error.description, 404, {"X-Handler": "404"}

    @app.errorhandler(HTTPException)
    def any_http(error):
        return jsonify(code=error.code, name=error.name, description=error.description), error.code

    @app.errorhandler(InternalServerError)
    def internal(error):
        original = getattr(error, "original_exception", None)
        return "500: %s" % (original or "aborted"), 500

    @app.errorhandler(Base)
    def base(error):
        return "base: %s" % error, 501

    @app.errorhandler(Derived)
    def derived(error):
        return "derived: %s" % error, 502

    @app.errorhandler(ZeroDivisionError)
    def handler_fails(error):
        raise RuntimeError("the handler fails")

    @app.errorhandler(409)
    def conflict_aborts(error):
        abort(404)

    @app.route("/fail/<name>")
    def fail(name):
        if name == "base":
            raise Base("b")
        if name == "derived":
            raise Derived("d")
        if name == "zero":
            raise ZeroDivisionError("division")
        if name == "internal":
            raise InternalServerError()
        raise RuntimeError(name)

    @app.route("/abort/<int:code>")
    def abort_code(code):
        abort(code)

    app.add_url_rule("/only-get", "only_get", lambda: "got")
    app.add_url_rule("/slash/", "slash", lambda: "slash")
    app.add_url_rule("/key", "key", lambda: request.args["key"])
    app.add_url_rule("/json", "json", lambda: jsonify(request.json), methods=["POST"])
    return app


def subdomain_app():
    app = make("subdomains", subdomain_matching=True)
    app.config["SERVER_NAME"] = "sub.test"
    app.add_url_rule("/", "index", lambda: "index")
    app.add_url_rule("/", "admin", lambda: "admin", subdomain="admin")
    app.add_url_rule("/", "user", lambda name: "user " + name, subdomain="<name>")
    app.add_url_rule("/page/", "page", lambda: "page", subdomain="admin")
    app.add_url_rule("/n/<int:number>", "number", lambda number: "n%d" % number, subdomain="<name>",
                     defaults=None, build_only=True)

    part = Blueprint("part", __name__, subdomain="part")
    part.add_url_rule("/in", "inside", lambda: url_for(".inside"))
    app.register_blueprint(part)

    @app.route("/urls", subdomain="admin")
    @app.route("/urls")
    def urls():
        return [url_for("index"), url_for("admin"), url_for("user", name="bob"), url_for("page"),
                url_for("part.inside"), url_for("number", name="x", number=3),
                url_for("index", _external=True), url_for("page", _external=True, _scheme="https"),
                url_for("static", filename="a")]
    return app


def host_app():
    app = make("hosts", host_matching=True, static_folder=None)
    app.add_url_rule("/", "one", lambda: "one", host="one.host.test")
    app.add_url_rule("/", "two", lambda: "two", host="two.host.test")
    app.add_url_rule("/", "port", lambda: "port", host="one.host.test:8080")
    app.add_url_rule("/", "any", lambda host: "any " + host, host="<host>.host.test")
    app.add_url_rule("/slash/", "slash", lambda: "slash", host="two.host.test")

    @app.route("/urls", host="one.host.test")
    def urls():
        return [url_for("one"), url_for("two"), url_for("any", host="x"), url_for("slash"),
                url_for("one", _external=True), url_for("urls")]
    return app


def settings_app():
    app = make("settings")
    app.config.update(
        MAX_CONTENT_LENGTH=100, SESSION_COOKIE_NAME="sid", SESSION_COOKIE_DOMAIN=False, SESSION_COOKIE_PATH="/p",
        SESSION_COOKIE_SECURE=True, SESSION_COOKIE_HTTPONLY=False, SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False, SEND_FILE_MAX_AGE_DEFAULT=3600, APPLICATION_ROOT="/ignored",
        PERMANENT_SESSION_LIFETIME=3600, PREFERRED_URL_SCHEME="https", DEBUG=False, TRAP_BAD_REQUEST_ERRORS=False)
    app.url_map.strict_slashes = False
    app.add_url_rule("/lax/", "lax", lambda: "lax")

    @app.route("/form", methods=["POST"])
    def form():
        return jsonify(form=lists(request.form), files=sorted(request.files))

    @app.route("/data", methods=["POST"])
    def data():
        return str(len(request.get_data()))

    @app.route("/ignore", methods=["POST"])
    def ignore():
        return "ignored"

    @app.route("/session")
    def set_session():
        session.permanent = True
        session["a"] = 1
        return "set"

    @app.route("/read")
    def read_session():
        return jsonify(session.get("a"))

    return app


def nosecret_app():
    app = Flask("nosecret", root_path=ROOT)

    @app.route("/read")
    def read():
        return jsonify(session.get("a"))

    @app.route("/write")
    def write():
        session["a"] = 1
        return "written"
    return app


def application():
    applications = {
        "errors.test": error_app(), "sub.test": subdomain_app(), "host.test": host_app(),
        "settings.test": settings_app(), "nosecret.test": nosecret_app(), "": main_app(),
    }

    def by_host(environ, start_response):
        host = environ.get("HTTP_HOST", "").split(":")[0]
        for name, app in applications.items():
            if host.endswith(name):
                return app(environ, start_response)
    return by_host
