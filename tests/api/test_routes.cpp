// The public API: routes and views, written as their readers write them.
#include "microflask.hpp"

#include "support/catch.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

using namespace microflask;

// ---- views as functions ------------------------------------------------------------------------

namespace views {

std::string index() {
    return "index";
}
std::string hello(std::string_view name) {
    return "hello " + std::string(name);
}
Response time(int hour, const std::string& zone) {
    return Response(std::to_string(hour) + zone);
}
Json remove(long long id) noexcept {
    return Json{{"removed", id}};
}

}  // namespace views

// ---- a converter, a type of the user's own, a library of JSON ----------------------------------

namespace shop {

struct ListConverter {
    std::vector<std::string> to_cpp(std::string_view text) const {
        std::vector<std::string> parts(1);
        for (const char letter : text) {
            if (letter == '+')
                parts.emplace_back();
            else
                parts.back() += letter;
        }
        if (parts.size() > 3) throw ValidationError();
        return parts;
    }
    std::string to_url(const std::vector<std::string>& parts) const {
        std::string text;
        for (const std::string& part : parts) text += (text.empty() ? "" : "+") + part;
        return text;
    }
};

struct Money {
    int cents = 0;
};
Response to_response(const Money& money) {
    return Response(std::to_string(money.cents) + " cents", 200, {}, {.mimetype = "text/plain"});
}

struct Document {
    std::string text;
};

}  // namespace shop

template <>
struct microflask::ToResponse<shop::Document> {
    static Response to_response(const shop::Document& document) {
        return Response(document.text, 200, {}, {.mimetype = "application/json"});
    }
};

std::string text_of(std::string_view text) {
    return std::string(text);
}
std::string text_of(long long number) {
    return std::to_string(number);
}
std::string text_of(double number) {
    return std::to_string(number);
}

// ---- decorators of the user's own --------------------------------------------------------------

template <class View>
auto login_required(View view) {
    return wraps(view, [](auto call) -> Response {
        if (!g.contains("user")) return redirect(url_for("auth.login"));
        return call();
    });
}

template <class View>
auto shouting(View view) {
    return wraps(view, [](auto call) {
        Response response = call();
        response.set_data(response.get_data() + "!");
        return response;
    });
}

// ---- tests -------------------------------------------------------------------------------------

TEST_CASE("Every form of registration", "[api]") {
    Flask app;
    app.route("/decorated")([] { return "d"; });
    app.route("/called", [] { return "c"; });
    app.route("/with-options", {.methods = {"PUT"}}, [] { return "o"; });
    app.route("/decorated-options", {.methods = {"POST"}})([] { return "do"; });
    app.get("/get")([] { return "get"; });
    app.post("/post", [] { return "post"; });
    app.put("/put")([] { return "put"; });
    app.delete_("/delete", [] { return "delete"; });
    app.patch("/patch")([] { return "patch"; });
    app.route<views::index>("/index");
    app.route<views::hello>("/hello/<name>");
    app.route<views::time>("/time/<int:hour>/<path:zone>");
    app.get<views::remove>("/remove/<int:id>");
    app.route<&views::hello>("/hi/<name>", {.endpoint = "hi"});
    app.route("/function", views::index);
    app.route("/pointer/<name>", &views::hello);
    app.add_url_rule("/rule", "rule", [] { return "rule"; });
    app.add_url_rule("/rule-options", "rule_options", views::index, {.methods = {"GET", "POST"}});
    app.add_url_rule("/late", "late");
    app.endpoint("late")([] { return "late"; });
    const std::string made_rule = "/made/<int:x>";
    app.route(made_rule)([](int x) { return std::to_string(x); });
    app.route(runtime_rule("/run" + std::string("time/<x>")), [](std::string x) { return x; });
    app.route(runtime_rule("/run-later/<x>"))([](std::string x) { return x; });
    const std::string_view viewed = "/viewed";
    app.get(viewed)([] { return "viewed"; });

    auto client = app.test_client();
    CHECK(client.get("/decorated").text() == "d");
    CHECK(client.get("/called").text() == "c");
    CHECK(client.put("/with-options").text() == "o");
    CHECK(client.get("/with-options").status_code() == 405);
    CHECK(client.post("/decorated-options").text() == "do");
    CHECK(client.get("/get").text() == "get");
    CHECK(client.post("/post").text() == "post");
    CHECK(client.put("/put").text() == "put");
    CHECK(client.delete_("/delete").text() == "delete");
    CHECK(client.patch("/patch").text() == "patch");
    CHECK(client.get("/index").text() == "index");
    CHECK(client.get("/hello/bob").text() == "hello bob");
    CHECK(client.get("/time/3/a/b").text() == "3a/b");
    CHECK(client.get("/remove/5").json()["removed"] == 5);
    CHECK(client.get("/hi/bob").text() == "hello bob");
    CHECK(client.get("/function").text() == "index");
    CHECK(client.get("/pointer/x").text() == "hello x");
    CHECK(client.get("/rule").text() == "rule");
    CHECK(client.post("/rule-options").text() == "index");
    CHECK(client.get("/late").text() == "late");
    CHECK(client.get("/made/4").text() == "4");
    CHECK(client.get("/runtime/y").text() == "y");
    CHECK(client.get("/run-later/z").text() == "z");
    CHECK(client.get("/viewed").text() == "viewed");
    CHECK(app.view_functions().contains("hello"));
    CHECK(app.view_functions().contains("index"));
}

TEST_CASE("A handle is called, registered again and used for URLs", "[api]") {
    Flask app;
    auto add = app.get("/add/<int:a>/<int:b>")([](int a, int b) { return std::to_string(a + b); });
    auto again = app.route("/plus/<int:a>/<int:b>")(add);
    const ViewFunction<std::string(int, int)> handle = again;
    CHECK(add(1, 2) == "3");
    CHECK(handle(2, 2) == "4");
    auto generic = app.get("/generic/<int:x>")([](auto x) { return text_of(x); });
    auto client = app.test_client();
    CHECK(client.get("/plus/1/4").text() == "5");
    auto context = app.test_request_context();
    CHECK(url_for(add, 1, 2) == "/add/1/2");
    CHECK(client.get("/generic/5").text() == "5");
    CHECK(generic(7LL) == "7");
}

TEST_CASE("Every option of a route, in the order of the page", "[api]") {
    Flask app(FlaskOptions{.subdomain_matching = true});
    app.route("/all/",
              {.methods = {"GET"},
               .endpoint = "all",
               .defaults = {{"page", 1}},
               .strict_slashes = false,
               .merge_slashes = true,
               .redirect_to = {},
               .alias = false,
               .build_only = false,
               .subdomain = "",
               .host = {},
               .provide_automatic_options = false},
              [](int page) { return std::to_string(page); });
    app.route("/all/page/<int:page>",
              {.endpoint = "all_pages"})([](int page) { return std::to_string(page); });
    app.route("/list", {.defaults = {{"page", 1}, {"order", "up"}}},
              [](int page, std::string order) { return std::to_string(page) + order; });
    app.route("/old", {.redirect_to = "/list"}, [] { return "never"; });
    const std::vector<std::string> methods = {"POST", "PUT"};
    app.route("/methods", {.methods = methods})([] { return request->method(); });
    auto client = app.test_client();
    CHECK(client.get("/all").text() == "1");
    CHECK(client.get("/all/page/3").text() == "3");
    CHECK(client.get("/list").text() == "1up");
    CHECK(client.get("/old").status_code() == 308);
    CHECK(client.put("/methods").text() == "PUT");
}

TEST_CASE("Names are made from rules", "[api]") {
    Flask app;
    app.route("/")([] { return ""; });
    app.route("/user/<name>")([](std::string) { return ""; });
    app.route("/blog/<int:id>/edit")([](int) { return ""; });
    app.route("/about-me")([] { return ""; });
    app.route("/<page>")([](std::string) { return ""; });
    app.get("/users", [] { return "all"; });
    app.get("/users/<int:id>", [](int id) { return std::to_string(id); });
    app.post("/users", [] { return "made"; });
    auto context = app.test_request_context();
    CHECK(url_for("index") == "/");
    CHECK(url_for("user", {{"name", "x"}}) == "/user/x");
    CHECK(url_for("blog_edit", {{"id", 1}}) == "/blog/1/edit");
    CHECK(url_for("about_me") == "/about-me");
    CHECK(url_for("page", {{"page", "z"}}) == "/z");
    CHECK(url_for("users") == "/users");
    CHECK(url_for("users", {{"id", 1}}) == "/users/1");
    CHECK(app.test_client().post("/users").text() == "made");
    CHECK(app.test_client().get("/users").text() == "all");
}

TEST_CASE("Parameters of every promised type", "[api]") {
    Flask app;
    app.get("/i/<int:x>", [](int x) { return std::to_string(x); });
    app.get("/l/<int:x>", [](long long x) { return std::to_string(x); });
    app.get("/u/<int:x>", [](unsigned x) { return std::to_string(x); });
    app.get("/z/<int:x>", [](std::size_t x) { return std::to_string(x); });
    app.get("/c/<int:x>", [](const int& x) { return std::to_string(x); });
    app.get("/f/<float:x>", [](double x) { return std::to_string(x); });
    app.get("/ff/<float:x>", [](float x) { return std::to_string(x); });
    app.get("/s/<x>", [](std::string x) { return x; });
    app.get("/cs/<string(minlength=2,maxlength=4):x>", [](const std::string& x) { return x; });
    app.get("/sv/<path:x>", [](std::string_view x) { return std::string(x); });
    app.get("/any/<any(a,b,c):x>", [](std::string_view x) { return x; });
    app.get("/uuid/<uuid:x>", [](const std::string x) { return x; });
    app.get("/fixed/<int(fixed_digits=4):x>", [](int x) { return std::to_string(x); });
    app.get("/range/<int(min=1,max=9):x>", [](short x) { return std::to_string(x); });
    app.get("/signed/<int(signed=True):x>", [](int x) { return std::to_string(x); });
    app.get("/generic/<x>/<int:y>/<float:z>",
            [](auto x, auto y, auto z) { return text_of(x) + text_of(y) + text_of(z); });
    auto client = app.test_client();
    CHECK(client.get("/i/4").text() == "4");
    CHECK(client.get("/i/3000000000").status_code() == 404);
    CHECK(client.get("/l/3000000000").text() == "3000000000");
    CHECK(client.get("/u/3000000000").text() == "3000000000");
    CHECK(client.get("/z/1").text() == "1");
    CHECK(client.get("/c/1").text() == "1");
    CHECK(client.get("/f/1.5").text() == "1.500000");
    CHECK(client.get("/ff/1.5").text() == "1.500000");
    CHECK(client.get("/s/a%20b").text() == "a b");
    CHECK(client.get("/cs/a").status_code() == 404);
    CHECK(client.get("/cs/abc").text() == "abc");
    CHECK(client.get("/sv/a/b").text() == "a/b");
    CHECK(client.get("/any/b").text() == "b");
    CHECK(client.get("/any/d").status_code() == 404);
    CHECK(client.get("/uuid/a8098c1a-f86e-11da-bd1a-00112444be1e").status_code() == 200);
    CHECK(client.get("/fixed/0042").text() == "42");
    CHECK(client.get("/range/10").status_code() == 404);
    CHECK(client.get("/signed/-4").text() == "-4");
    CHECK(client.get("/generic/a/2/0.5").text() == "a20.500000");
}

TEST_CASE("A custom converter gives its own type", "[api]") {
    Flask app;
    app.url_map().converters().add<shop::ListConverter>("list");
    auto tags = app.get("/tags/<list:tags>", [](std::vector<std::string> names) {
        return std::to_string(names.size()) + names.front();
    });
    app.get("/const/<list:tags>",
            [](const std::vector<std::string>& names) { return names.back(); });
    auto client = app.test_client();
    CHECK(client.get("/tags/a+b").text() == "2a");
    CHECK(client.get("/const/a+b").text() == "b");
    CHECK(client.get("/tags/a+b+c+d").status_code() == 404);
    auto context = app.test_request_context();
    CHECK(url_for("tags", {{"tags", Json::array({"x", "y"})}}) == "/tags/x+y");
    CHECK(url_for(tags, std::vector<std::string>{"x", "y"}) == "/tags/x+y");
}

TEST_CASE("A custom converter's value reaches the view past a preprocessor", "[api]") {
    Flask app;
    app.url_map().converters().add<shop::ListConverter>("list");
    app.url_value_preprocessor([](std::string_view, Json& values) { values.erase("language"); });
    app.get("/<language>/tags/<list:tags>")([](std::vector<std::string> names) {
        return std::to_string(names.size()) + names.front();
    });
    CHECK(app.test_client().get("/en/tags/a+b").text() == "2a");
}

TEST_CASE("A view returns each promised type", "[api]") {
    Flask app;
    app.get("/chars", [] { return "chars"; });
    app.get("/string", [] { return std::string("string"); });
    app.get("/view", [] { return std::string_view("view"); });
    app.get("/markup", [] { return Markup("<b>"); });
    app.get("/json", [] { return Json{{"id", 1}}; });
    app.get("/array", [] { return Json::array({1, "two", nullptr}); });
    app.get("/response", [] { return Response("response", 201); });
    app.get("/body", []() -> Body { return "body"; });
    app.get("/stream", [] {
        return stream([n = 0]() mutable -> std::optional<std::string> {
            if (n == 3) return std::nullopt;
            return std::to_string(n++);
        });
    });
    app.get("/generator", []() -> Generator {
        co_yield "a";
        co_yield std::string("b");
    });
    app.get("/task", []() -> Task<std::string> { co_return "task"; });
    app.get("/task-json", []() -> Task<Json> { co_return Json{{"a", 1}}; });
    app.get("/bytes", [] { return std::vector<std::byte>{std::byte{65}, std::byte{66}}; });
    app.get("/status", [] { return std::pair{"created", 201}; });
    app.get("/status-tuple", [] { return std::tuple{std::string("created"), 201}; });
    app.get("/headers", [] { return std::pair{"h", Headers{{"X-A", "1"}}}; });
    app.get("/all", [] { return std::tuple{"gone", 410, Headers{{"X-A", "1"}, {"X-B", "2"}}}; });
    app.get("/json-status", [] { return std::pair{Json{{"error", "no"}}, 400}; });
    app.get("/make-tuple", [] { return std::make_tuple("x", 202, Headers{{"X-C", "3"}}); });
    app.get("/some", [] { return std::optional<std::string>("some"); });
    app.get("/none", []() -> std::optional<std::string> { return std::nullopt; });
    app.get("/none-json", []() -> std::optional<Json> { return {}; });
    app.get("/money", [] { return shop::Money{5}; });
    app.get("/document", [] { return shop::Document{"{}"}; });
    app.get("/document-status", [] { return std::pair{shop::Document{"{}"}, 203}; });
    app.get("/redirect", [] { return redirect("/chars"); });
    app.get("/reference", []() -> const std::string& {
        static const std::string text = "reference";
        return text;
    });
    auto client = app.test_client();
    CHECK(client.get("/chars").text() == "chars");
    CHECK(client.get("/string").text() == "string");
    CHECK(client.get("/view").text() == "view");
    CHECK(client.get("/markup").text() == "<b>");
    CHECK(client.get("/json").text() == "{\"id\":1}\n");
    CHECK(client.get("/array").json()[1] == "two");
    CHECK(client.get("/response").status_code() == 201);
    CHECK(client.get("/body").text() == "body");
    CHECK(client.get("/stream").text() == "012");
    CHECK(client.get("/generator").text() == "ab");
    CHECK(client.get("/task").text() == "task");
    CHECK(client.get("/task-json").json()["a"] == 1);
    CHECK(client.get("/bytes").text() == "AB");
    CHECK(client.get("/status").status_code() == 201);
    CHECK(client.get("/status-tuple").status_code() == 201);
    CHECK(client.get("/headers").headers()["X-A"] == "1");
    CHECK(client.get("/all").status_code() == 410);
    CHECK(client.get("/all").headers()["X-B"] == "2");
    CHECK(client.get("/json-status").status_code() == 400);
    CHECK(client.get("/make-tuple").headers()["X-C"] == "3");
    CHECK(client.get("/some").text() == "some");
    CHECK(client.get("/none").status_code() == 404);
    CHECK(client.get("/none-json").status_code() == 404);
    CHECK(client.get("/money").text() == "5 cents");
    CHECK(client.get("/document").json().is_object());
    CHECK(client.get("/document-status").status_code() == 203);
    CHECK(client.get("/redirect").headers()["Location"] == "/chars");
    CHECK(client.get("/reference").text() == "reference");
}

TEST_CASE("Decorators of the user's own keep the parameters", "[api]") {
    Flask app;
    Blueprint auth("auth", {.url_prefix = "/auth"});
    auth.route("/login")([] { return "login"; });
    app.register_blueprint(auth);
    app.get("/me")(login_required([] { return "me"; }));
    app.get("/item/<int:id>")(shouting(login_required([](int id) { return std::to_string(id); })));
    app.get("/loud/<name>", shouting([](const std::string& name) { return name; }));
    app.get("/twice/<name>")(shouting(shouting(views::hello)));
    app.before_request([] {
        if (request->args().contains("in")) g["user"] = "bob";
    });
    auto handle = app.get("/handle")([] { return "h"; });
    app.get("/wrapped")(shouting(handle));
    auto client = app.test_client();
    CHECK(client.get("/me").status_code() == 302);
    CHECK(client.get("/me").headers()["Location"] == "/auth/login");
    CHECK(client.get("/me?in=1").text() == "me");
    CHECK(client.get("/item/4?in=1").text() == "4!");
    CHECK(client.get("/loud/x").text() == "x!");
    CHECK(client.get("/twice/x").text() == "hello x!!");
    CHECK(client.get("/wrapped").text() == "h!");
}

// ---- class-based views ---------------------------------------------------------------------------

namespace {

struct Users : MethodView<Users> {
    Response get() { return Response("all"); }
    Response post() { return make_response("made", 201); }
};

class Item : public MethodView<Item> {
public:
    explicit Item(std::string prefix) : prefix_(std::move(prefix)) {}
    std::string get(int id) { return prefix_ + std::to_string(id); }
    Json delete_(int id) { return {{"deleted", id}}; }

private:
    std::string prefix_;
};

struct Hello : View<Hello> {
    std::string dispatch_request(const std::string& name) const { return "hi " + name; }
};

}  // namespace

TEST_CASE("Class-based views", "[api]") {
    Flask app;
    app.add_url_rule("/users", "users", Users::as_view());
    app.add_url_rule("/users/<int:id>", "item", Item::as_view("item "));
    app.add_url_rule("/hello/<name>", "hello", Hello::as_view());
    Blueprint bp("bp", {.url_prefix = "/bp"});
    bp.add_url_rule("/users", "users", Users::as_view());
    app.register_blueprint(bp);
    auto client = app.test_client();
    CHECK(client.get("/users").text() == "all");
    CHECK(client.post("/users").status_code() == 201);
    CHECK(client.put("/users").status_code() == 405);
    CHECK(client.get("/users/3").text() == "item 3");
    CHECK(client.delete_("/users/3").json() == Json{{"deleted", 3}});
    CHECK(client.get("/hello/bob").text() == "hi bob");
    CHECK(client.get("/bp/users").text() == "all");
}

// ---- the map ------------------------------------------------------------------------------------

TEST_CASE("The URL map by itself", "[api]") {
    Map map({Rule("/x/<int:id>", {.endpoint = "x"})});
    auto urls = map.bind("example.com");
    auto [endpoint, values] = urls.match("/x/1", "GET");
    CHECK(endpoint == "x");
    CHECK(values["id"] == 1);
    CHECK(urls.build("x", {{"id", 1}}) == "/x/1");
    Map several({Rule("/", {.endpoint = "index"}),
                 Rule("/a", {.methods = {"POST"}, .endpoint = "a"}),
                 Submount("/sub", {Rule("/b/", {.endpoint = "b"})})});
    auto adapter = several.bind("example.com", {.script_name = "/app"});
    CHECK(adapter.build("b") == "/app/sub/b/");
    CHECK(adapter.build("index", {}, {.force_external = true}) == "http://example.com/app/");
    CHECK_THROWS_AS(adapter.match("/a", "GET"), MethodNotAllowed);
    CHECK_THROWS_AS(adapter.match("/nowhere"), NotFound);
    CHECK_THROWS_AS(adapter.match("/sub/b"), RequestRedirect);
    CHECK_THROWS_AS(adapter.build("unknown"), BuildError);
    Map empty;
    empty.add(Rule("/late", {.endpoint = "late"}));
    CHECK(empty.bind("h").match("/late").first == "late");
    CHECK(empty.size() == 1);
}
