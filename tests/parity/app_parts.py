"""Sessions, URLs, hooks, class-based views and blueprints: the third part of the application of parity.py."""

import json

from flask import Blueprint, abort, flash, g, get_flashed_messages, jsonify, redirect, request, session, url_for
from flask.views import MethodView, View
from werkzeug.routing import BuildError

from app_shared import ROOT, Base, Derived, fail


def add_sessions(app):
    @app.route("/session/set")
    def session_set():
        session.update(json.loads(request.args["json"]))
        return "set"

    @app.route("/session/get")
    def session_get():
        return jsonify(dict(session))

    @app.route("/session/pop")
    def session_pop():
        return jsonify(session.pop(request.args["key"], None))

    @app.route("/session/has")
    def session_has():
        return jsonify(request.args["key"] in session)

    @app.route("/session/clear")
    def session_clear():
        session.clear()
        return "cleared"

    @app.route("/session/permanent")
    def session_permanent():
        session.permanent = request.args["on"] == "1"
        return jsonify(session.permanent)

    @app.route("/session/flags")
    def session_flags():
        return jsonify(new=session.new, modified=session.modified)

    @app.route("/session/default")
    def session_default():
        return jsonify(session.get("missing", "default"))

    @app.route("/session/flash")
    def session_flash():
        flash(request.args["message"], request.args.get("category", "message"))
        return "flashed"

    @app.route("/session/messages")
    def session_messages():
        return jsonify([list(pair) for pair in get_flashed_messages(
            with_categories=True, category_filter=request.args.getlist("category"))])

    @app.route("/session/login/<name>")
    def session_login(name):
        session["user"] = name
        return redirect(url_for("session_get"))


def add_urls(app):
    @app.route("/u")
    def u():
        wanted = json.loads(request.args["json"])
        try:
            return url_for(wanted["endpoint"], **wanted.get("values", {}), **{
                key: wanted[key] for key in ("_anchor", "_method", "_scheme", "_external") if key in wanted})
        except BuildError as error:
            return str(error), 500


def add_hooks(app):
    trail = []

    @app.before_request
    def first():
        g.trail = ["first"]
        g.watched = request.path.startswith("/hooks/go")
        if request.path == "/hooks/stop":
            return "stopped", 403

    @app.before_request
    def second():
        g.trail.append("second")

    @app.after_request
    def third(response):
        if request.path.startswith("/hooks"):
            response.headers["X-Trail"] = ",".join(g.trail + ["third"])
        return response

    @app.after_request
    def fourth(response):
        g.trail.append("fourth")
        return response

    @app.teardown_request
    def fifth(error):
        if request.path.startswith("/hooks/go"):
            trail.append("fifth error" if error else "fifth")

    @app.teardown_request
    def sixth(error):
        if request.path.startswith("/hooks/go"):
            trail.append("sixth")

    @app.teardown_appcontext
    def seventh(error):
        if g.get("watched"):
            trail.append("seventh")

    app.add_url_rule("/hooks/go", "hooks_go", lambda: ",".join(g.trail))
    app.add_url_rule("/hooks/go/fail", "hooks_fail", lambda: fail())
    app.add_url_rule("/hooks/stop", "hooks_stop", lambda: "not reached")

    @app.route("/hooks/trail")
    def hooks_trail():
        text = ",".join(trail)
        trail.clear()
        return text

    class Hello(View):
        methods = ["GET", "POST"]

        def __init__(self, greeting):
            self.greeting = greeting

        def dispatch_request(self, name):
            return "%s, %s (%s)" % (self.greeting, name, request.method)

    class Items(MethodView):
        def get(self, item):
            return "get %d" % item

        def put(self, item):
            return "put %d" % item

        def delete(self, item):
            return "", 204

    class Heads(MethodView):
        def get(self):
            return "get", {"X-Method": "get"}

        def head(self):
            return "", {"X-Method": "head"}

    app.add_url_rule("/v/hello/<name>", view_func=Hello.as_view("v_hello", "Hello"))
    app.add_url_rule("/v/items/<int:item>", view_func=Items.as_view("v_items"))
    app.add_url_rule("/v/heads", view_func=Heads.as_view("v_heads"))


def add_blueprints(app):
    simple = Blueprint("simple", __name__, url_prefix="/simple", static_folder="static/folder",
                       static_url_path="/files", root_path=ROOT)

    @simple.before_request
    def before():
        g.trail.append("simple before")
        if request.args.get("stop"):
            return "stopped by the blueprint"

    @simple.after_request
    def after(response):
        response.headers["X-Simple"] = ",".join(g.trail)
        return response

    @simple.route("/")
    def index():
        return "simple index"

    @simple.route("/urls")
    def urls():
        return [url_for(".index"), url_for("simple.index"), url_for("session_get"),
                url_for(".static", filename="x y"),
                url_for("parent.child.leaf", x=1)]

    @simple.route("/missing")
    def missing():
        abort(404)

    @simple.route("/fail")
    def fail():
        raise Derived("derived")

    @simple.errorhandler(404)
    def not_found(error):
        return "simple 404: %s" % error.description, 404

    @simple.errorhandler(Base)
    def base(error):
        return "simple handles %s" % error, 418

    @simple.app_errorhandler(410)
    def gone(error):
        return "gone for the whole application", 410

    parent = Blueprint("parent", __name__, url_prefix="/parent")
    child = Blueprint("child", __name__, url_prefix="/child")
    grandchild = Blueprint("grandchild", __name__)

    @parent.before_request
    def parent_before():
        g.trail.append("parent")

    @child.before_request
    def child_before():
        g.trail.append("child")

    @child.route("/leaf/<int:x>")
    def leaf(x):
        return jsonify(trail=",".join(g.trail), blueprint=request.blueprint, blueprints=request.blueprints,
                       endpoint=request.endpoint, url=url_for(".leaf", x=x + 1))

    @grandchild.route("/end")
    def end():
        return jsonify(trail=",".join(g.trail), blueprints=request.blueprints)

    @grandchild.route("/fail")
    def grandchild_fail():
        raise Base("from the grandchild")

    @parent.errorhandler(Base)
    def parent_base(error):
        return "parent handles %s" % error, 400

    child.register_blueprint(grandchild, url_prefix="/grand")
    parent.register_blueprint(child)

    lang = Blueprint("lang", __name__, url_prefix="/<lang>/pages")

    @lang.url_value_preprocessor
    def take(endpoint, values):
        g.lang = values.pop("lang")

    @lang.url_defaults
    def give(endpoint, values):
        values.setdefault("lang", g.get("lang", "en"))

    @lang.route("/")
    def pages():
        return "pages in %s, see %s" % (g.lang, url_for(".page", number=3))

    @lang.route("/<int:number>")
    def page(number):
        return "page %d in %s" % (number, g.lang)

    twice = Blueprint("twice", __name__)

    @twice.route("/where", defaults={"extra": "default"})
    @twice.route("/where/<extra>")
    def where(extra):
        return jsonify(endpoint=request.endpoint, blueprint=request.blueprint, url=url_for(".where", extra="e"),
                       extra=extra, place=g.get("place"))

    app.register_blueprint(simple)
    app.register_blueprint(parent)
    app.register_blueprint(lang)
    app.register_blueprint(twice, url_prefix="/first")
    app.register_blueprint(twice, url_prefix="/second", name="again")

    values = Blueprint("values", __name__, url_prefix="/values/<int:owner>")
    values.add_url_rule("/<item>", "item", lambda owner, item, kind: [owner, item, kind])
    app.register_blueprint(values, url_defaults={"kind": "given"})
