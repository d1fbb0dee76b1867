#include "flask/templating.hpp"

#include "flask/app.hpp"
#include "flask/blueprints.hpp"
#include "flask/helpers.hpp"
#include "flask/signals.hpp"
#include "flask/testing.hpp"
#include "support/catch.hpp"
#include "support/files.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace microflask;
using test_support::TemporaryFolder;

namespace shop {

struct User {
    std::string name;
    int id = 0;
    [[nodiscard]] bool is_admin() const { return id == 1; }
};
void expose(TemplateType<User>& type) {
    type.member("name", &User::name).member("id", &User::id).method("is_admin", &User::is_admin);
}

}  // namespace shop

namespace {

std::string reversed(std::string_view text) {
    return std::string(text.rbegin(), text.rend());
}

std::string get(Flask& app, std::string_view path) {
    FlaskClient client = app.test_client();
    return std::string(client.get(path).get_data());
}

const DictLoader pages{
    {"context_template.html", "<p>{{ value }}|{{ injected_value }}"},
    {"escaping.html",
     "{{ text }}\n{{ html }}\n{% autoescape false %}{{ text }}\n{{ html }}\n{% endautoescape %}"
     "{% autoescape true %}{{ text }}\n{{ html }}{% endautoescape %}"},
    {"plain.txt", "{{ foo }} Mail\n{% autoescape true %}{{ foo }} Mail{% endautoescape %}"},
    {"_macro.html", "{% macro hello(name) %}Hello {{ name }}!{% endmacro %}"},
    {"mail.txt", "{{ foo }} Mail"},
    {"second.html", "second"},
    {"filter.html", "{{ value|super_reverse }}"},
    {"test.html", "{% if value is boolean %}Success!{% endif %}"},
};

}  // namespace

TEST_CASE("a context processor adds variables to every template", "[flask][templating]") {
    Flask app;
    app.jinja_loader(pages);
    app.context_processor([] { return Context{{"injected_value", 42}}; });
    app.get("/", [] { return render_template("context_template.html", {{"value", 23}}); });
    CHECK(get(app, "/") == "<p>23|42");
}

TEST_CASE("what render_template is given wins over processors and globals", "[flask][templating]") {
    Flask app;
    app.context_processor([] { return Json{{"who", "processor"}}; });
    app.get("/", [] { return render_template_string("{{ config }} {{ who }}", {{"config", 42}}); });
    app.get("/both", [] { return render_template_string("{{ who }}", {{"who", "view"}}); });
    CHECK(get(app, "/") == "42 processor");
    CHECK(get(app, "/both") == "view");
}

TEST_CASE("a streamed template gives the same text", "[flask][templating]") {
    Flask app;
    app.jinja_loader(pages);
    app.get("/", [] { return stream_template_string("{{ config.NAME }}{{ x }}", {{"x", 42}}); });
    app.get("/page", [] {
        return stream_template("context_template.html", {{"value", request->args()["v"]}});
    });
    app.config["NAME"] = "<n>";
    CHECK(get(app, "/") == "&lt;n&gt;42");
    CHECK(get(app, "/page?v=7") == "<p>7|");
}

TEST_CASE("a streamed template comes piece by piece", "[flask][templating]") {
    Flask app;
    std::vector<int> asked;
    app.template_global("ask")([&](int number) {
        asked.push_back(number);
        return number;
    });
    const auto context = app.test_request_context();
    Body body = stream_template_string("<{% for x in xs %}{{ ask(x) }},{% endfor %}>",
                                       {{"xs", Json::array({1, 2, 3})}});
    CHECK(asked.empty());
    CHECK(body.next() == "<1,");
    CHECK(asked == std::vector<int>{1});
    CHECK(body.next() == "2,");
    CHECK(body.next() == "3,");
    CHECK(body.next() == ">");
    CHECK_FALSE(body.next().has_value());
}

TEST_CASE("the log says where a template was looked for", "[flask][templating]") {
    Flask app(FlaskOptions{.import_name = "shop"});
    app.jinja_loader(pages);
    Blueprint blueprint("bp");
    blueprint.jinja_loader(DictLoader{{"second.html", "hidden"}});
    app.register_blueprint(blueprint);
    app.config["EXPLAIN_TEMPLATE_LOADING"] = true;
    std::string log;
    app.logger().level(LogLevel::info);
    app.logger().sink([&](const LogRecord& record) { log += record.message; });
    const auto context = app.app_context();
    CHECK(render_template("second.html") == "second");
    CHECK(log.find("Locating template 'second.html':") != std::string::npos);
    CHECK(log.find("1: trying loader of application 'shop'\n       -> found") != std::string::npos);
    CHECK(log.find("2: trying loader of blueprint 'bp'\n       -> found") != std::string::npos);
    CHECK(log.find("Warning: multiple loaders returned a match") != std::string::npos);
    log.clear();
    CHECK_THROWS_AS(render_template("missing.html"), TemplateNotFound);
    CHECK(log.find("Error: the template could not be found.") != std::string::npos);
}

TEST_CASE("a template is rendered without a request", "[flask][templating]") {
    Flask app;
    app.config["WORLD_NAME"] = "Special World";
    app.context_processor([] { return Context{{"foo", 42}}; });
    const auto context = app.app_context();
    CHECK(render_template_string("Hello {{ config.WORLD_NAME }} {{ foo }}") ==
          "Hello Special World 42");
}

TEST_CASE("request, g, config and session are there", "[flask][templating]") {
    Flask app;
    app.secret_key("development key");
    app.get("/", [] {
        g["foo"] = 23;
        session["test"] = "aha";
        return render_template_string(
            "{{ request.args.foo }}|{{ g.foo }}|{{ config.DEBUG }}|"
            "{{ session.test }}|{{ session['test'] }}|{{ request.path }}|"
            "{{ request.method }}|{{ g.get('bar', 5) }}|"
            "{{ 'foo' in g }}|{{ request.args.get('x', 'none') }}|"
            "{{ config['DEBUG'] }}|{{ request.missing is defined }}");
    });
    CHECK(get(app, "/?foo=42") == "42|23|False|aha|aha|/|GET|5|True|none|False|False");
}

TEST_CASE("g shows values of the application's own classes", "[flask][templating]") {
    Flask app;
    app.template_type<shop::User>();
    app.get("/", [] {
        g["user"] = shop::User{"Ann", 1};
        return render_template_string(
            "{{ g.user.name }} {{ g.user.is_admin() }}"
            "{% if g.nobody %}?{% endif %}");
    });
    CHECK(get(app, "/") == "Ann True");
}

TEST_CASE("HTML is escaped by the template's extension", "[flask][templating]") {
    Flask app;
    app.jinja_loader(pages);
    app.get("/", [] {
        return render_template("escaping.html",
                               {{"text", "<p>Hello World!"}, {"html", Markup("<p>Hello World!")}});
    });
    app.get("/text", [] { return render_template("plain.txt", {{"foo", "<b>"}}); });
    app.get("/string", [] { return render_template_string("{{ foo }}", {{"foo", "<test>"}}); });
    CHECK(get(app, "/") ==
          "&lt;p&gt;Hello World!\n<p>Hello World!\n<p>Hello World!\n"
          "<p>Hello World!\n&lt;p&gt;Hello World!\n<p>Hello World!");
    CHECK(get(app, "/text") == "<b> Mail\n&lt;b&gt; Mail");
    CHECK(get(app, "/string") == "&lt;test&gt;");
    const auto context = app.test_request_context();
    CHECK(render_template("mail.txt", {{"foo", "<test>"}}) == "<test> Mail");
}

TEST_CASE("a macro is called from outside", "[flask][templating]") {
    Flask app;
    app.jinja_loader(pages);
    const auto context = app.test_request_context();
    const TemplateAttribute hello = get_template_attribute("_macro.html", "hello");
    CHECK(hello("World") == "Hello World!");
    CHECK(hello("<b>") == "Hello &lt;b&gt;!");
    CHECK_THROWS_AS(get_template_attribute("_macro.html", "missing"), UndefinedError);
}

TEST_CASE("filters of the application and of a blueprint", "[flask][templating]") {
    Flask app;
    app.jinja_loader(pages);
    SECTION("as a decorator") {
        const auto filter = app.template_filter("super_reverse")(&reversed);
        CHECK(filter("abc") == "cba");
    }
    SECTION("by a function") {
        app.add_template_filter(&reversed, "super_reverse");
    }
    SECTION("of a blueprint, registered after the route") {
        Blueprint blueprint("bp");
        blueprint.app_template_filter("super_reverse")(&reversed);
        app.register_blueprint(blueprint);
    }
    SECTION("of a blueprint, by a function") {
        Blueprint blueprint("bp");
        blueprint.add_app_template_filter(&reversed, "super_reverse");
        app.register_blueprint(blueprint);
    }
    SECTION("in the environment itself") {
        app.jinja_env().filters()["super_reverse"] = &reversed;
    }
    CHECK(app.jinja_env().filters().contains("super_reverse"));
    app.get("/", [] { return render_template("filter.html", {{"value", "abcd"}}); });
    CHECK(get(app, "/") == "dcba");
}

TEST_CASE("tests and globals of the application and of a blueprint", "[flask][templating]") {
    Flask app;
    app.jinja_loader(pages);
    const auto is_boolean = [](const TemplateValue& value) { return value.is_boolean(); };
    SECTION("of the application") {
        app.template_test("boolean")(is_boolean);
        app.template_global("get_stuff")([] { return 42; });
    }
    SECTION("by functions") {
        app.add_template_test(is_boolean, "boolean");
        app.add_template_global([] { return 42; }, "get_stuff");
    }
    SECTION("of a blueprint") {
        Blueprint blueprint("bp");
        blueprint.app_template_test("boolean")(is_boolean);
        blueprint.app_template_global("get_stuff")([] { return 42; });
        app.register_blueprint(blueprint);
    }
    SECTION("of a blueprint, by functions") {
        Blueprint blueprint("bp");
        blueprint.add_app_template_test(is_boolean, "boolean");
        blueprint.add_app_template_global([] { return 42; }, "get_stuff");
        app.register_blueprint(blueprint);
    }
    app.get("/", [] { return render_template("test.html", {{"value", false}}); });
    app.get("/stuff", [] { return render_template_string("{{ get_stuff() }}"); });
    CHECK(get(app, "/") == "Success!");
    CHECK(get(app, "/stuff") == "42");
}

TEST_CASE("the first template of several that is there is rendered", "[flask][templating]") {
    Flask app;
    app.jinja_loader(pages);
    app.get("/", [] { return render_template({"missing.html", "second.html"}); });
    app.get("/none", [] { return render_template({"missing.html", "neither.html"}); });
    CHECK(get(app, "/") == "second");
    app.testing(true);
    CHECK_THROWS_AS(get(app, "/none"), TemplatesNotFound);
}

TEST_CASE("a blueprint's processors and templates are its own", "[flask][templating]") {
    const TemporaryFolder folder;
    folder.write("templates/page.html", "application {{ who }}");
    const TemporaryFolder other;
    other.write("templates/page.html", "blueprint {{ who }}");
    other.write("templates/inner.html", "inner {{ who }} {{ everywhere }}");
    Flask app(FlaskOptions{.root_path = folder.path()});
    Blueprint blueprint("bp", {.template_folder = "templates", .root_path = other.path()});
    blueprint.context_processor([] { return Context{{"who", "bp"}}; });
    blueprint.app_context_processor([] { return Context{{"everywhere", "all"}}; });
    blueprint.get("/bp", [] { return render_template("inner.html"); });
    app.register_blueprint(blueprint);
    app.get("/", [] { return render_template("page.html", {{"who", "app"}}); });
    app.get("/inner", [] { return render_template("inner.html"); });
    CHECK(get(app, "/") == "application app");
    CHECK(get(app, "/bp") == "inner bp all");
    CHECK(get(app, "/inner") == "inner  all");
    CHECK(app.jinja_env().list_templates() == std::vector<std::string>{"inner.html", "page.html"});
    CHECK(app.jinja_env().compile_all().empty());
    other.write("templates/broken.html", "one\n{% if %}");
    const auto errors = app.jinja_env().compile_all();
    REQUIRE(errors.size() == 1);
    CHECK(errors[0].lineno() == 2);
    CHECK(errors[0].name() == "broken.html");
    CHECK(errors[0].filename() == other / "templates/broken.html");
}

TEST_CASE("templates are looked at again where that is wanted", "[flask][templating]") {
    struct Case {
        bool debug;
        int setting;  // -1: none
        bool expected;
    };
    for (const Case& one : {Case{false, -1, false}, Case{true, -1, true}, Case{false, 0, false},
                            Case{true, 0, false}, Case{false, 1, true}, Case{true, 1, true}}) {
        Flask app;
        app.debug(one.debug);
        if (one.setting >= 0) app.config["TEMPLATES_AUTO_RELOAD"] = one.setting == 1;
        CHECK(app.jinja_env().options().auto_reload == one.expected);
    }
    const TemporaryFolder folder;
    folder.write("templates/page.html", "old");
    Flask app(FlaskOptions{.root_path = folder.path()});
    app.config["TEMPLATES_AUTO_RELOAD"] = true;
    const auto context = app.app_context();
    CHECK(render_template("page.html") == "old");
    folder.write("templates/page.html", "newer");
    CHECK(render_template("page.html") == "newer");
}

TEST_CASE("signals tell of templates, and may change their variables", "[flask][templating]") {
    Flask app;
    app.jinja_loader(pages);
    std::vector<std::string> rendered;
    const auto before = before_render_template.connected_to(
        [](std::string_view, Context& context) { context.set("value", 43); }, app);
    const auto after = template_rendered.connected_to(
        [&](std::string_view name, const Context& context) {
            rendered.push_back(std::string(name) + " " + context.find("value")->to_text());
        },
        app);
    app.get("/", [] { return render_template("context_template.html", {{"value", 42}}); });
    CHECK(get(app, "/") == "<p>43|");
    CHECK(rendered == std::vector<std::string>{"context_template.html 43"});
}

TEST_CASE("templates build URLs and show flashed messages", "[flask][templating]") {
    Flask app;
    app.secret_key("k");
    app.get("/user/<name>", {.endpoint = "user"}, [](std::string name) { return name; });
    app.get("/", [] {
        flash("<hello>", "info");
        return render_template_string(
            "{{ url_for('user', name='a b', x=[1, 2], _anchor='top') }} "
            "{% for category, message in get_flashed_messages(with_categories=true) %}"
            "{{ category }}: {{ message }}{% endfor %}"
            "{{ url_for('user', name='x', _external=true) }}");
    });
    CHECK(get(app, "/") ==
          "/user/a%20b?x=1&amp;x=2#top info: &lt;hello&gt;"
          "http://localhost/user/x");
}

TEST_CASE("an error in a template is a 500 whose log says where", "[flask][templating]") {
    Flask app;
    app.jinja_loader(DictLoader{{"bad.html", "one\ntwo {{ missing.thing }}"}});
    app.get("/", [] { return render_template("bad.html"); });
    std::string message;
    app.log_exception([&](const std::exception_ptr& error) {
        try {
            std::rethrow_exception(error);
        } catch (const std::exception& exception) {
            message = exception.what();
        }
    });
    FlaskClient client = app.test_client();
    CHECK(client.get("/").status_code() == 500);
    CHECK(message.find("'missing' is undefined") != std::string::npos);
    CHECK(message.find("bad.html") != std::string::npos);
    CHECK(message.find('2') != std::string::npos);
}

TEST_CASE("names never lead out of the folder", "[flask][templating]") {
    const TemporaryFolder folder;
    Flask app(FlaskOptions{.root_path = folder.path()});
    folder.write("secret.txt", "secret");
    const auto context = app.app_context();
    for (const char* name : {"../secret.txt", "/../secret.txt", "a/../../secret.txt", "", "."}) {
        CHECK_THROWS_AS(render_template(name), TemplateNotFound);
    }
}
