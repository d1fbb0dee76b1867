"""Rules, and what a request holds: the first part of the application of parity.py."""

from flask import jsonify, request
from werkzeug.routing import BaseConverter, ValidationError

from app_shared import seconds, sorted_tags, lists


class PlusConverter(BaseConverter):
    """Words with a plus between them; no word may be "no"."""

    def to_python(self, value):
        words = value.split("+")
        if "no" in words:
            raise ValidationError()
        return words

    def to_url(self, value):
        return "+".join(BaseConverter.to_url(self, word) for word in value)


def add_converters(app):
    app.url_map.converters["plus"] = PlusConverter

    def view(x):
        return jsonify(endpoint=request.endpoint, x=x)

    for name, rule in {
        "string": "<x>", "length": "<string(length=3):x>", "between": "<string(minlength=2,maxlength=4):x>",
        "int": "<int:x>", "fixed": "<int(fixed_digits=3):x>", "range": "<int(min=2,max=9):x>",
        "signed": "<int(signed=True):x>", "float": "<float:x>", "sfloat": "<float(signed=True):x>",
        "frange": "<float(min=0.5,max=2.5):x>", "path": "<path:x>", "edit": "<path:x>/edit",
        "any": '<any(one,two,"three four",a.b):x>', "plus": "<plus:x>", "slash": "<x>/", "pathslash": "<path:x>/",
    }.items():
        app.add_url_rule("/c/%s/%s" % (name, rule), "c_" + name, view)

    app.add_url_rule("/c/uuid/<uuid:x>", "c_uuid", lambda x: jsonify(x=str(x)))
    app.add_url_rule("/c/version/v<int:major>.<int:minor>", "c_version", lambda major, minor: [major, minor])
    app.add_url_rule("/c/date/<int:y>-<int(fixed_digits=2):m>-<int(fixed_digits=2):d>", "c_date",
                     lambda y, m, d: [y, m, d])
    app.add_url_rule("/c/two/<a>-to-<b>", "c_two", lambda a, b: [a, b])
    app.add_url_rule("/c/dot.ted/<x>.html", "c_dotted", lambda x: x)
    app.add_url_rule("/c/<first>/deep/<int:second>", "c_deep", lambda first, second: [first, second])
    app.add_url_rule("/c/mixed/<int:x>", "c_mixed_int", lambda x: "int")
    app.add_url_rule("/c/mixed/<float:x>", "c_mixed_float", lambda x: "float")
    app.add_url_rule("/c/mixed/<x>", "c_mixed_text", lambda x: "text")
    app.add_url_rule("/c/mixed/static", "c_mixed_static", lambda: "static")
    app.add_url_rule("/c/mixed/<path:x>", "c_mixed_path", lambda x: "path")
    app.add_url_rule("/c/ünï/<x>", "c_unicode", lambda x: x)


def add_rules(app):
    app.add_url_rule("/s/branch/", "branch", lambda: "branch")
    app.add_url_rule("/s/leaf", "leaf", lambda: "leaf")
    app.add_url_rule("/s/lax-branch/", "lax_branch", lambda: "lax branch", strict_slashes=False)
    app.add_url_rule("/s/lax-leaf", "lax_leaf", lambda: "lax leaf", strict_slashes=False)
    app.add_url_rule("/s/merge/<path:x>", "merge", lambda x: x)
    app.add_url_rule("/s/keep/<path:x>", "keep", lambda x: x, merge_slashes=False)
    app.add_url_rule("/s/post/", "post_branch", lambda: "post", methods=["POST"])
    app.add_url_rule("/s/both/", "both_branch", lambda: "branch", methods=["GET"])
    app.add_url_rule("/s/both", "both_leaf", lambda: "leaf", methods=["POST"])
    app.add_url_rule("/s/int/<int:x>/", "int_branch", lambda x: str(x))

    app.add_url_rule("/m/all", "m_all", lambda: request.method, methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    app.add_url_rule("/m/get", "m_get", lambda: "get")
    app.add_url_rule("/m/post", "m_post", lambda: "post", methods=["post"])
    app.add_url_rule("/m/head", "m_head", lambda: (request.method, {"X-Method": request.method}), methods=["HEAD"])
    app.add_url_rule("/m/options", "m_options", lambda: ("own", {"X-Own": "1"}), methods=["GET", "OPTIONS"])
    app.add_url_rule("/m/none", "m_none", lambda: "none", provide_automatic_options=False)
    app.add_url_rule("/m/custom", "m_custom", lambda: request.method, methods=["PROPFIND", "M-SEARCH"])
    app.add_url_rule("/m/split", "m_split_get", lambda: "split get")
    app.add_url_rule("/m/split", "m_split_post", lambda: "split post", methods=["POST"])
    app.add_url_rule("/m/split/<x>", "m_split_var", lambda x: "var", methods=["DELETE"])
    app.add_url_rule("/m/split/<int:x>", "m_split_int", lambda x: "int", methods=["PUT"])

    app.add_url_rule("/d/", "paged", lambda page: "page %d" % page, defaults={"page": 1})
    app.add_url_rule("/d/<int:page>", "paged", app.view_functions["paged"])
    app.add_url_rule("/d/list/<name>/", "named", lambda name, page: "%s %d" % (name, page), defaults={"page": 1})
    app.add_url_rule("/d/list/<name>/<int:page>", "named", app.view_functions["named"])
    app.add_url_rule("/d/fixed", "fixed", lambda kind: kind, defaults={"kind": "extra"})
    app.add_url_rule("/alias/main/<x>", "aliased", lambda x: x)
    app.add_url_rule("/alias/other/<x>", "aliased", app.view_functions["aliased"], alias=True)
    app.add_url_rule("/alias/none", "aliased", app.view_functions["aliased"], alias=True, defaults={"x": "default"})
    app.add_url_rule("/to/text/<x>", redirect_to="c/string/<x>", endpoint="to_text")
    app.add_url_rule("/to/absolute", redirect_to="http://example.com/there", endpoint="to_absolute")
    app.add_url_rule("/to/call/<int:x>", redirect_to=lambda adapter, x: "c/int/%d" % (x + 1), endpoint="to_call")
    app.add_url_rule("/build/<x>", "only_built", build_only=True)
    app.add_url_rule("/no-view", "no_view_here", build_only=True)
    app.add_url_rule("/ünï/rule", "unicode_rule", lambda: "unicode rule")
    app.add_url_rule("/with space/rule", "space_rule", lambda: "space rule")
    app.add_url_rule("/per%25cent", "percent_rule", lambda: "percent rule")


def add_echo(app):
    def echo(rest=None):
        return jsonify(
            method=request.method, path=request.path, full_path=request.full_path, url=request.url,
            base_url=request.base_url, root_url=request.root_url, host=request.host, host_url=request.host_url,
            scheme=request.scheme, script_root=request.script_root,
            query_string=request.query_string.decode("latin1"),
            is_secure=request.is_secure, endpoint=request.endpoint, url_rule=request.url_rule.rule,
            view_args=request.view_args, blueprint=request.blueprint, blueprints=request.blueprints,
            remote_addr=request.remote_addr)

    app.add_url_rule("/echo/url", "echo_url", echo, methods=["GET", "POST", "PUT"])
    app.add_url_rule("/echo/url/<path:rest>", "echo_url_rest", echo)

    @app.route("/echo/args")
    def echo_args():
        return jsonify(args=lists(request.args))

    @app.route("/echo/arg")
    def echo_arg():
        return request.args["key"]

    @app.route("/echo/int")
    def echo_int():
        return jsonify(one=request.args.get("key", 7, type=int), all=request.args.getlist("key", type=int))

    @app.route("/echo/float")
    def echo_float():
        return jsonify(request.args.get("key", 0.5, type=float))

    @app.route("/echo/form", methods=["GET", "POST", "PUT"])
    def echo_form():
        files = [[key, [[file.filename, file.name, file.content_type, file.mimetype, file.content_length,
                         file.read().decode("latin1")] for file in request.files.getlist(key)]]
                 for key in request.files.keys()]
        return jsonify(form=lists(request.form), files=files, values=sorted(lists(request.values)),
                       data=request.get_data().decode("latin1"))

    @app.route("/echo/field", methods=["POST"])
    def echo_field():
        return request.form["key"]

    @app.route("/echo/file", methods=["POST"])
    def echo_file():
        return request.files["key"].filename

    @app.route("/echo/data", methods=["GET", "POST", "PUT", "DELETE", "PATCH"])
    def echo_data():
        return jsonify(data=request.data.decode("latin1"), all=request.get_data().decode("latin1"),
                       length=request.content_length, type=request.content_type, mimetype=request.mimetype,
                       params=dict(request.mimetype_params), is_json=request.is_json)

    @app.route("/echo/text", methods=["POST"])
    def echo_text():
        return request.get_data(as_text=True)

    @app.route("/echo/stream", methods=["POST"])
    def echo_stream():
        return request.stream.read()

    @app.route("/echo/json", methods=["GET", "POST"])
    def echo_json():
        return jsonify(request.get_json())

    @app.route("/echo/json/silent", methods=["GET", "POST"])
    def echo_json_silent():
        return jsonify(got=request.get_json(silent=True))

    @app.route("/echo/json/force", methods=["GET", "POST"])
    def echo_json_force():
        return jsonify(got=request.get_json(force=True))

    @app.route("/echo/json/property", methods=["POST"])
    def echo_json_property():
        return jsonify(got=request.json)

    @app.route("/echo/cookies")
    def echo_cookies():
        return jsonify(lists(request.cookies))

    @app.route("/echo/header")
    def echo_header():
        name = request.args["name"]
        return jsonify(value=request.headers.get(name), all=request.headers.getlist(name),
                       there=name in request.headers)

    @app.route("/echo/headers")
    def echo_headers():
        return jsonify(sorted([name.lower(), value] for name,
                value in request.headers if name.lower().startswith("x-")))

    @app.route("/echo/header/missing")
    def echo_header_missing():
        return request.headers["X-Missing"]

    @app.route("/echo/accept")
    def echo_accept():
        kinds = request.accept_mimetypes
        languages = request.accept_languages
        return jsonify(
            mimetypes=[[value, float(quality)] for value, quality in kinds], header=kinds.to_header(),
            best=kinds.best,
            best_match=kinds.best_match(["text/html", "application/json", "text/plain"]),
            best_default=kinds.best_match(["image/png"], "none"), html=kinds.accept_html, json=kinds.accept_json,
            quality=float(kinds["application/json"]), languages=[[value, float(quality)] for value,
            quality in languages],
            language=languages.best_match(["en", "de", "fr"]),
            encoding=request.accept_encodings.best_match(["gzip", "br", "identity"]),
            charset=request.accept_charsets.best_match(["utf-8", "latin1"]))

    @app.route("/echo/authorization")
    def echo_authorization():
        auth = request.authorization
        if auth is None:
            return jsonify(None)
        return jsonify(type=auth.type, username=auth.username, password=auth.password, realm=auth.get("realm"),
                       nonce=auth.get("nonce"))

    @app.route("/echo/conditions")
    def echo_conditions():
        return jsonify(
            if_match=sorted_tags(request.if_match.to_header()), match_star=request.if_match.star_tag,
            if_none_match=sorted_tags(request.if_none_match.to_header()),
            contains=request.if_none_match.contains("abc"),
            weak=request.if_none_match.contains_weak("abc"), modified=seconds(request.if_modified_since),
            unmodified=seconds(request.if_unmodified_since), if_range=request.if_range.to_header(),
            range=request.range.to_header() if request.range else None, date=seconds(request.date))

    @app.route("/echo/fields")
    def echo_fields():
        return jsonify(
            agent=request.user_agent.string, referrer=request.referrer, max_forwards=request.max_forwards,
            pragma=request.pragma.to_header(), no_cache=bool(request.cache_control.no_cache),
            max_age=request.cache_control.max_age, no_store=bool(request.cache_control.no_store),
            only_if_cached=bool(request.cache_control.only_if_cached), origin=request.origin,
            encoding=request.content_encoding, route=list(request.access_route),
            cors_method=request.access_control_request_method,
            cors_headers=sorted(request.access_control_request_headers or []))
