// Sessions, URLs, hooks, class-based views and blueprints: the third part of the application of parity.py.
#include "app.hpp"

#include <mutex>
#include <utility>

namespace parity {

void add_sessions(Flask& app) {
    app.get("/session/set", [] {
        session.update(Json::parse(request->args()["json"]));
        return "set";
    });
    app.get("/session/get", [] { return jsonify(session->values()); });
    app.get("/session/pop", [] { return jsonify(session.pop(request->args()["key"], nullptr)); });
    app.get("/session/has", [] { return jsonify(session.contains(request->args()["key"])); });
    app.get("/session/clear", [] {
        session.clear();
        return "cleared";
    });
    app.get("/session/permanent", [] {
        session.permanent(request->args()["on"] == "1");
        return jsonify(session.permanent());
    });
    app.get("/session/flags", [] {
        return jsonify({{"new", session->is_new()}, {"modified", session->modified()}});
    });
    app.get("/session/default", [] { return jsonify(session.get("missing", "default")); });
    app.get("/session/flash", [] {
        flash(request->args()["message"], request->args().get("category", "message"));
        return "flashed";
    });
    app.get("/session/messages", [] {
        Json messages = Json::array();
        for (const auto& [category, message] :
             get_flashed_messages({.category_filter = request->args().getlist("category")}))
            messages.push_back(Json::array({category, message}));
        return jsonify(messages);
    });
    app.get("/session/login/<name>", [](std::string name) {
        session["user"] = name;
        return redirect(url_for("session_get"));
    });
}

void add_urls(Flask& app) {
    app.get("/u", [] {
        const Json wanted = Json::parse(request->args()["json"]);
        const std::string anchor = wanted.get<std::string>("_anchor", "");
        const std::string method = wanted.get<std::string>("_method", "");
        const std::string scheme = wanted.get<std::string>("_scheme", "");
        UrlForOptions options{.anchor = anchor, .method = method, .scheme = scheme};
        if (wanted["_external"].is_bool()) options.external = wanted["_external"].get<bool>();
        try {
            const Json values = wanted.contains("values") ? wanted["values"] : Json::object();
            return make_response(url_for(wanted_text(wanted, "endpoint"), values, options));
        } catch (const BuildError& error) {
            return make_response(error.what(), 500);
        }
    });
}

std::string& trail() {
    return g.get<std::string>("trail");
}

/// What the teardown functions did, for the next request to see.
struct Torn {
    std::mutex mutex;
    std::string text;

    void add(std::string_view word) {
        const std::lock_guard lock(mutex);
        text += (text.empty() ? "" : ",") + std::string(word);
    }
    std::string take() {
        const std::lock_guard lock(mutex);
        return std::exchange(text, "");
    }
};

struct Hello : View<Hello> {
    static constexpr const char* methods[] = {"GET", "POST"};
    explicit Hello(std::string words) : greeting(std::move(words)) {}
    std::string dispatch_request(std::string name) {
        return greeting + ", " + name + " (" + std::string(request->method()) + ")";
    }
    std::string greeting;
};

struct Items : MethodView<Items> {
    std::string get(int item) { return "get " + std::to_string(item); }
    std::string put(int item) { return "put " + std::to_string(item); }
    std::pair<std::string, int> delete_(int) { return {"", 204}; }
};

struct Heads : MethodView<Heads> {
    std::pair<std::string, Headers> get() { return {"get", {{"X-Method", "get"}}}; }
    std::pair<std::string, Headers> head() { return {"", {{"X-Method", "head"}}}; }
};

void add_hooks(Flask& app) {
    static Torn torn;
    const auto is_watched = [] { return request->path().starts_with("/hooks/go"); };

    app.before_request([]() -> std::optional<std::pair<std::string, int>> {
        g["trail"] = "first";
        g["watched"] = request->path().starts_with("/hooks/go");
        if (request->path() == "/hooks/stop") return std::pair{"stopped", 403};
        return std::nullopt;
    });
    app.before_request([] { trail() += ",second"; });
    app.after_request([](Response response) {
        if (request->path().starts_with("/hooks"))
            response.headers()["X-Trail"] = trail() + ",third";
        return response;
    });
    app.after_request([](Response response) {
        trail() += ",fourth";
        return response;
    });
    app.teardown_request([is_watched](std::exception_ptr error) {
        if (is_watched()) torn.add(error ? "fifth error" : "fifth");
    });
    app.teardown_request([is_watched] {
        if (is_watched()) torn.add("sixth");
    });
    app.teardown_appcontext([] {
        if (g.get<bool>("watched", false)) torn.add("seventh");
    });
    app.get("/hooks/go", [] { return trail(); });
    app.get("/hooks/go/fail", []() -> std::string { throw std::runtime_error("failed"); });
    app.get("/hooks/stop", [] { return "not reached"; });
    app.get("/hooks/trail", [] { return torn.take(); });

    app.add_url_rule("/v/hello/<name>", "v_hello", Hello::as_view("Hello"));
    app.add_url_rule("/v/items/<int:item>", "v_items", Items::as_view());
    app.add_url_rule("/v/heads", "v_heads", Heads::as_view());
}

Blueprint simple_blueprint() {
    Blueprint simple(
        "simple",
        {.url_prefix = "/simple", .static_folder = "static/folder", .static_url_path = "/files"});
    simple.before_request([]() -> std::optional<std::string> {
        trail() += ",simple before";
        if (request->args().contains("stop")) return "stopped by the blueprint";
        return std::nullopt;
    });
    simple.after_request([](Response response) {
        response.headers()["X-Simple"] = trail();
        return response;
    });
    simple.route("/", [] { return "simple index"; });
    simple.route("/urls", [] {
        return Json::array({url_for(".index"), url_for("simple.index"), url_for("session_get"),
                            url_for(".static", {{"filename", "x y"}}),
                            url_for("parent.child.leaf", {{"x", 1}})});
    });
    simple.route("/missing", []() -> std::string { abort(404); });
    simple.route("/fail", []() -> std::string { throw Derived("derived"); });
    simple.errorhandler(404)([](const HTTPException& error) {
        return std::pair{"simple 404: " + error.description(), 404};
    });
    simple.errorhandler<Base>([](const Base& error) {
        return std::pair{std::string("simple handles ") + error.what(), 418};
    });
    simple.app_errorhandler(410)([](const HTTPException&) {
        return std::pair{"gone for the whole application", 410};
    });
    return simple;
}

Blueprint parent_blueprint() {
    Blueprint parent("parent", {.url_prefix = "/parent"});
    Blueprint child("child", {.url_prefix = "/child"});
    Blueprint grandchild("grandchild");

    parent.before_request([] { trail() += ",parent"; });
    child.before_request([] { trail() += ",child"; });
    child.route("/leaf/<int:x>", [](int x) {
        return jsonify({{"trail", trail()},
                        {"blueprint", request->blueprint()},
                        {"blueprints", list_of(request->blueprints())},
                        {"endpoint", request->endpoint()},
                        {"url", url_for(".leaf", {{"x", x + 1}})}});
    });
    grandchild.route("/end", [] {
        return jsonify({{"trail", trail()}, {"blueprints", list_of(request->blueprints())}});
    });
    grandchild.route("/fail", []() -> std::string { throw Base("from the grandchild"); });
    parent.errorhandler<Base>([](const Base& error) {
        return std::pair{std::string("parent handles ") + error.what(), 400};
    });
    child.register_blueprint(grandchild, {.url_prefix = "/grand"});
    parent.register_blueprint(child);
    return parent;
}

Blueprint lang_blueprint() {
    Blueprint lang("lang", {.url_prefix = "/<lang>/pages"});
    lang.url_value_preprocessor([](std::string_view, Json& values) {
        g["lang"] = values["lang"].get<std::string>();
        values.erase("lang");
    });
    lang.url_defaults([](std::string_view, Json& values) {
        if (!values.contains("lang")) values["lang"] = g.get<std::string>("lang", "en");
    });
    lang.route("/", {.endpoint = "pages"}, [] {
        return "pages in " + g.get<std::string>("lang") + ", see " +
               url_for(".page", {{"number", 3}});
    });
    lang.route("/<int:number>", {.endpoint = "page"}, [](int number) {
        return "page " + std::to_string(number) + " in " + g.get<std::string>("lang");
    });
    return lang;
}

Blueprint twice_blueprint() {
    Blueprint twice("twice");
    auto where = twice.add_url_rule("/where/<extra>", "where", [](std::string extra) {
        return jsonify({{"endpoint", request->endpoint()},
                        {"blueprint", request->blueprint()},
                        {"url", url_for(".where", {{"extra", "e"}})},
                        {"extra", extra},
                        {"place", nullptr}});
    });
    twice.add_url_rule("/where", "where", where, {.defaults = {{"extra", "default"}}});
    return twice;
}

void add_blueprints(Flask& app) {
    app.register_blueprint(simple_blueprint());
    app.register_blueprint(parent_blueprint());
    app.register_blueprint(lang_blueprint());
    const Blueprint twice = twice_blueprint();
    app.register_blueprint(twice, {.url_prefix = "/first"});
    app.register_blueprint(twice, {.url_prefix = "/second", .name = "again"});

    Blueprint values("values", {.url_prefix = "/values/<int:owner>"});
    values.add_url_rule("/<item>", "item", [](int owner, std::string item, std::string kind) {
        return Json::array({owner, item, kind});
    });
    app.register_blueprint(values, {.url_defaults = {{"kind", "given"}}});
}

}  // namespace parity
