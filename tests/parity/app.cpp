// The application of parity.py here; app.py is the same on the real Flask. Every route is in both, in this order.
#include "app.hpp"

#include <cstdio>
#include <exception>
#include <tuple>
#include <utility>

namespace parity {

struct ZeroDivision : std::runtime_error {
    using runtime_error::runtime_error;
};

Flask make(const char* name, FlaskOptions options = {}) {
    options.import_name = name;
    Flask app(std::move(options));
    app.secret_key("a shared secret");
    return app;
}

Flask main_app() {
    Flask app = make("main");
    add_converters(app);
    add_rules(app);
    add_echo(app);
    add_answers(app);
    add_errors(app);
    add_sessions(app);
    add_urls(app);
    add_hooks(app);
    add_blueprints(app);
    app.get("/", [] { return "index"; });
    return app;
}

// ---- error handlers ------------------------------------------------------------------------------------------

Flask error_app() {
    Flask app = make("errors");

    app.errorhandler(404)([](const HTTPException& error) {
        return std::tuple{"404 here: " + error.description(), 404, Headers{{"X-Handler", "404"}}};
    });
    app.errorhandler<HTTPException>([](const HTTPException& error) {
        return std::pair{jsonify({{"code", error.code()},
                                  {"name", error.name()},
                                  {"description", error.description()}}),
                         error.code()};
    });
    app.errorhandler<InternalServerError>([](const InternalServerError& error) {
        std::string what = "aborted";
        try {
            if (error.original_exception()) std::rethrow_exception(error.original_exception());
        } catch (const std::exception& original) {
            what = original.what();
        }
        return std::pair{"500: " + what, 500};
    });
    app.errorhandler<Base>([](const Base& error) {
        return std::pair{std::string("base: ") + error.what(), 501};
    });
    app.errorhandler<Derived>([](const Derived& error) {
        return std::pair{std::string("derived: ") + error.what(), 502};
    });
    app.errorhandler<ZeroDivision>(
        [](const ZeroDivision&) -> Response { throw std::runtime_error("the handler fails"); });
    app.errorhandler(409)([](const HTTPException&) -> Response { abort(404); });

    app.get("/fail/<name>", [](std::string name) -> std::string {
        if (name == "base") throw Base("b");
        if (name == "derived") throw Derived("d");
        if (name == "zero") throw ZeroDivision("division");
        if (name == "internal") throw InternalServerError();
        throw std::runtime_error(name);
    });
    app.get("/abort/<int:code>", [](int code) -> Response { abort(code); });
    app.get("/only-get", [] { return "got"; });
    app.get("/slash/", [] { return "slash"; });
    app.get("/key", [] { return request->args()["key"]; });
    app.post("/json", [] { return jsonify(request->json()); });
    return app;
}

// ---- subdomains, hosts, settings -----------------------------------------------------------------------------

Flask subdomain_app() {
    Flask app = make("subdomains", {.subdomain_matching = true});
    app.config["SERVER_NAME"] = "sub.test";
    app.add_url_rule("/", "index", [] { return "index"; });
    app.add_url_rule("/", "admin", [] { return "admin"; }, {.subdomain = "admin"});
    app.add_url_rule("/", "user", [](std::string name) { return "user " + name; },
                     {.subdomain = "<name>"});
    app.add_url_rule("/page/", "page", [] { return "page"; }, {.subdomain = "admin"});
    app.add_url_rule("/n/<int:number>", "number", nullptr,
                     {.build_only = true, .subdomain = "<name>"});

    Blueprint part("part", {.subdomain = "part"});
    part.add_url_rule("/in", "inside", [] { return url_for(".inside"); });
    app.register_blueprint(part);

    auto urls = app.add_url_rule("/urls", "urls", [] {
        return Json::array({url_for("index"), url_for("admin"), url_for("user", {{"name", "bob"}}),
                            url_for("page"), url_for("part.inside"),
                            url_for("number", {{"name", "x"}, {"number", 3}}),
                            url_for("index", {}, {.external = true}),
                            url_for("page", {}, {.scheme = "https", .external = true}),
                            url_for("static", {{"filename", "a"}})});
    });
    app.add_url_rule("/urls", "urls", urls, {.subdomain = "admin"});
    return app;
}

Flask host_app() {
    Flask app = make("hosts", {.static_folder = std::nullopt, .host_matching = true});
    app.add_url_rule("/", "one", [] { return "one"; }, {.host = "one.host.test"});
    app.add_url_rule("/", "two", [] { return "two"; }, {.host = "two.host.test"});
    app.add_url_rule("/", "port", [] { return "port"; }, {.host = "one.host.test:8080"});
    app.add_url_rule("/", "any", [](std::string host) { return "any " + host; },
                     {.host = "<host>.host.test"});
    app.add_url_rule("/slash/", "slash", [] { return "slash"; }, {.host = "two.host.test"});
    app.add_url_rule(
        "/urls", "urls",
        [] {
            return Json::array({url_for("one"), url_for("two"), url_for("any", {{"host", "x"}}),
                                url_for("slash"), url_for("one", {}, {.external = true}),
                                url_for("urls")});
        },
        {.host = "one.host.test"});
    return app;
}

Flask settings_app() {
    Flask app = make("settings");
    app.config.from_mapping({{"MAX_CONTENT_LENGTH", 100},
                             {"SESSION_COOKIE_NAME", "sid"},
                             {"SESSION_COOKIE_DOMAIN", false},
                             {"SESSION_COOKIE_PATH", "/p"},
                             {"SESSION_COOKIE_SECURE", true},
                             {"SESSION_COOKIE_HTTPONLY", false},
                             {"SESSION_COOKIE_SAMESITE", "Lax"},
                             {"SESSION_REFRESH_EACH_REQUEST", false},
                             {"SEND_FILE_MAX_AGE_DEFAULT", 3600},
                             {"APPLICATION_ROOT", "/ignored"},
                             {"PERMANENT_SESSION_LIFETIME", 3600},
                             {"PREFERRED_URL_SCHEME", "https"},
                             {"DEBUG", false},
                             {"TRAP_BAD_REQUEST_ERRORS", false}});
    app.url_map().strict_slashes(false);
    app.get("/lax/", [] { return "lax"; });
    app.post("/form", [] {
        return jsonify(
            {{"form", lists(request->form())}, {"files", list_of(request->files().keys())}});
    });
    app.post("/data", [] { return std::to_string(request->get_data().size()); });
    app.post("/ignore", [] { return "ignored"; });
    app.get("/session", [] {
        session.permanent(true);
        session["a"] = 1;
        return "set";
    });
    app.get("/read", [] { return jsonify(session["a"]); });
    return app;
}

Flask nosecret_app() {
    Flask app(FlaskOptions{.import_name = "nosecret"});
    app.get("/read", [] { return jsonify(session["a"]); });
    app.get("/write", [] {
        session["a"] = 1;
        return "written";
    });
    return app;
}

/// Answers by host, each with an application of its own; prints the port once it serves.
int serve() {
    struct Site {
        std::string_view host;
        Flask app;
    };
    std::vector<Site> sites;
    sites.push_back({"errors.test", error_app()});
    sites.push_back({"sub.test", subdomain_app()});
    sites.push_back({"host.test", host_app()});
    sites.push_back({"settings.test", settings_app()});
    sites.push_back({"nosecret.test", nosecret_app()});
    sites.push_back({"", main_app()});
    const auto by_host = [&sites](Environ& environ, StartResponse start_response) {
        const std::string_view field = environ["HTTP_HOST"];
        const std::string_view host = field.substr(0, field.find(':'));
        for (Site& site : sites) {
            if (host.ends_with(site.host)) return site.app(environ, start_response);
        }
        return Body();
    };
    RunSimpleOptions options;
    options.threaded = true;
    options.access_log = AccessLogFormat::none;
    options.banner = false;
    options.on_ready = [](BaseWSGIServer& server) {
        std::printf("%d\n", server.port());
        std::fflush(stdout);
    };
    return run_simple("127.0.0.1", 0, by_host, options);
}

}  // namespace parity

int main() {
    return parity::serve();
}
