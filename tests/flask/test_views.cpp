#include "flask/views.hpp"

#include "flask/app.hpp"
#include "flask/helpers.hpp"
#include "flask/testing.hpp"
#include "support/catch.hpp"

#include <string>
#include <tuple>
#include <vector>

using namespace microflask;

namespace {

std::string allow_of(const TestResponse& response) {
    return response.headers().get("Allow", "");
}

/// The tests' view of two methods, which answers with the method's name.
struct Index : MethodView<Index> {
    std::string get() { return "GET"; }
    std::string post() { return std::string(request->method()); }
};

void check_get_and_post(Flask& app) {
    auto client = app.test_client();
    CHECK(client.get("/").text() == "GET");
    CHECK(client.post("/").text() == "POST");
    const auto wrong = client.put("/");
    CHECK(wrong.status_code() == 405);
    CHECK(allow_of(wrong) == "GET, HEAD, OPTIONS, POST");
}

template <class View>
auto with_parachute(View view) {
    return wraps(view, [](auto call) {
        Response response = call();
        response.headers().set("X-Parachute", "awesome");
        return response;
    });
}

struct Plain : View<Plain> {
    static inline const std::vector<std::string> methods = {"GET", "POST"};
    std::string dispatch_request() { return std::string(request->method()); }
};

struct Base {
    static inline const std::vector<std::string> methods = {"GET", "PROPFIND"};
    std::string get() { return "GET"; }
};

struct Child : Base, MethodView<Child> {
    std::string post() { return "POST"; }
};

struct NoPost : Base, MethodView<NoPost> {
    static inline const std::vector<std::string> methods = {"GET"};
    std::string post() { return "POST"; }
};

struct Silent : View<Silent> {
    static constexpr bool provide_automatic_options = false;
    std::string dispatch_request() { return "silent"; }
};

struct Talking : View<Talking> {
    static inline const std::vector<std::string> methods = {"GET", "POST"};
    static constexpr bool provide_automatic_options = true;
    std::string dispatch_request() { return "talking"; }
};

struct Own : View<Own> {
    static inline const std::vector<std::string> methods = {"OPTIONS"};
    std::string dispatch_request() { return "own"; }
};

struct Decorated : View<Decorated> {
    static constexpr std::tuple decorators{
        [](auto view) { return with_parachute(view); },
        [](auto view) {
            return wraps(view, [](auto call) {
                Response response = call();
                response.set_data("[" + response.get_data() + "]");
                return response;
            });
        }};
    std::string dispatch_request(std::string name) { return name; }
};

int made = 0;

struct Each : View<Each> {
    Each() { ++made; }
    std::string dispatch_request() { return std::to_string(++count_); }
    int count_ = 0;
};

struct Once : View<Once> {
    static constexpr bool init_every_request = false;
    Once() { ++made; }
    std::string dispatch_request() { return std::to_string(++count_); }
    int count_ = 0;
};

}  // namespace

TEST_CASE("a class is a view by its dispatch_request", "[flask][views]") {
    Flask app;
    app.add_url_rule("/", "index", Plain::as_view());
    check_get_and_post(app);
}

TEST_CASE("a class has a method for each HTTP method", "[flask][views]") {
    Flask app;
    app.add_url_rule("/", "index", Index::as_view());
    check_get_and_post(app);
}

TEST_CASE("one class-based view may stand behind several rules, with default arguments",
          "[flask][views]") {
    struct Item : MethodView<Item> {
        std::string get(int id) { return "item " + std::to_string(id); }
    };
    Flask app;
    const auto view = Item::as_view();
    app.add_url_rule("/", "first", view, {.defaults = {{"id", 1}}});
    app.add_url_rule("/<int:id>", "any", view);
    auto client = app.test_client();
    CHECK(client.get("/").text() == "item 1");
    CHECK(client.get("/42").text() == "item 42");
}

TEST_CASE("methods are inherited", "[flask][views]") {
    struct Reader {
        std::string get() { return "GET"; }
    };
    struct Writer : Reader, MethodView<Writer> {
        std::string delete_() { return "DELETE"; }
    };
    Flask app;
    app.add_url_rule("/", "index", Writer::as_view());
    auto client = app.test_client();
    CHECK(client.get("/").text() == "GET");
    CHECK(client.delete_("/").text() == "DELETE");
    CHECK(allow_of(client.options("/")) == "DELETE, GET, HEAD, OPTIONS");
}

TEST_CASE("methods of several bases come together", "[flask][views]") {
    struct Getter {
        std::string get() { return "GET"; }
    };
    struct Deleter {
        std::string delete_() { return "DELETE"; }
    };
    struct Both : Getter, Deleter, MethodView<Both> {};
    Flask app;
    app.add_url_rule("/", "index", Both::as_view());
    auto client = app.test_client();
    CHECK(client.get("/").text() == "GET");
    CHECK(client.delete_("/").text() == "DELETE");
}

TEST_CASE("a class's own list of methods replaces what it has", "[flask][views]") {
    Flask app;
    app.add_url_rule("/", "child", Child::as_view());
    app.add_url_rule("/no-post", "no_post", NoPost::as_view());
    auto client = app.test_client();
    CHECK(client.get("/").text() == "GET");
    CHECK(client.open("/", {.method = "PROPFIND"}).status_code() == 405);
    CHECK(allow_of(client.options("/")) == "GET, HEAD, OPTIONS, PROPFIND");
    CHECK(client.get("/no-post").text() == "GET");
    CHECK(client.post("/no-post").status_code() == 405);
}

TEST_CASE("a class says whether OPTIONS is answered for it", "[flask][views]") {
    struct OwnMethod : MethodView<OwnMethod> {
        std::string get() { return "get"; }
        Response options() { return Response("", 200, {{"X-Test", "test"}}); }
    };
    Flask app;
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = true;
    app.add_url_rule("/silent", "silent", Silent::as_view());
    app.add_url_rule("/own", "own", Own::as_view());
    app.add_url_rule("/own-method", "own_method", OwnMethod::as_view());
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = false;
    app.add_url_rule("/talking", "talking", Talking::as_view());
    auto client = app.test_client();
    CHECK(client.options("/silent").status_code() == 405);
    CHECK(allow_of(client.options("/talking")) == "GET, HEAD, OPTIONS, POST");
    CHECK(client.options("/own").text() == "own");
    CHECK(client.options("/own-method").headers()["X-Test"] == "test");
}

TEST_CASE("decorators of a class are put around its methods", "[flask][views]") {
    Flask app;
    app.add_url_rule("/<name>", "decorated", Decorated::as_view());
    app.add_url_rule("/", "wrapped", with_parachute(Index::as_view()));
    auto client = app.test_client();
    const auto response = client.get("/bob");
    CHECK(response.headers()["X-Parachute"] == "awesome");
    CHECK(response.text() == "[bob]");
    CHECK(client.get("/").headers()["X-Parachute"] == "awesome");
    CHECK(client.post("/").text() == "POST");
}

TEST_CASE("HEAD is answered by get, or by head where there is one", "[flask][views]") {
    struct Implicit : MethodView<Implicit> {
        Response get() { return Response("body", 200, {{"X-Method", request->method()}}); }
    };
    struct Explicit : MethodView<Explicit> {
        std::string get() { return "GET"; }
        Response head() { return Response("", 200, {{"X-Method", "HEAD"}}); }
    };
    Flask app;
    app.add_url_rule("/implicit", "implicit", Implicit::as_view());
    app.add_url_rule("/explicit", "explicit", Explicit::as_view());
    auto client = app.test_client();
    CHECK(client.get("/implicit").headers()["X-Method"] == "GET");
    const auto implicit = client.head("/implicit");
    CHECK(implicit.text().empty());
    CHECK(implicit.headers()["X-Method"] == "HEAD");
    CHECK(client.get("/explicit").text() == "GET");
    const auto explicit_head = client.head("/explicit");
    CHECK(explicit_head.text().empty());
    CHECK(explicit_head.headers()["X-Method"] == "HEAD");
}

TEST_CASE("a name that belongs to one class-based view is refused to another", "[flask][views]") {
    struct Other : View<Other> {
        std::string dispatch_request() { return "other"; }
    };
    Flask app;
    app.add_url_rule("/", "index", Index::as_view());
    CHECK_THROWS_AS(app.add_url_rule("/other", "index", Other::as_view()), SetupError);
    check_get_and_post(app);
}

TEST_CASE("an object is made for each request, or once", "[flask][views]") {
    Flask app;
    app.add_url_rule("/each", "each", Each::as_view());
    app.add_url_rule("/once", "once", Once::as_view());
    auto client = app.test_client();
    const int before = made;
    CHECK(client.get("/each").text() == "1");
    CHECK(client.get("/each").text() == "1");
    CHECK(made == before + 2);
    CHECK(client.get("/once").text() == "1");
    CHECK(client.get("/once").text() == "2");
    CHECK(made == before + 2);
}

TEST_CASE("class-based views take the rule's variables and constructor arguments",
          "[flask][views]") {
    struct Hello : View<Hello> {
        explicit Hello(std::string greeting = "hello") : greeting_(std::move(greeting)) {}
        std::string dispatch_request(std::string name) { return greeting_ + " " + name; }

    private:
        std::string greeting_;
    };
    struct Users : MethodView<Users> {
        std::string get(int id) { return "get " + std::to_string(id); }
        Json post(int id) { return Json{{"id", id}}; }
    };
    Flask app;
    app.add_url_rule("/hello/<name>", "hello", Hello::as_view("good day,"));
    app.add_url_rule("/users/<int:id>", "users", Users::as_view());
    auto client = app.test_client();

    CHECK(client.get("/hello/bob").text() == "good day, bob");
    CHECK(client.get("/users/1").text() == "get 1");
    CHECK(client.post("/users/1").json()["id"] == 1);
    const auto wrong = client.put("/users/1");
    CHECK(wrong.status_code() == 405);
    CHECK(allow_of(wrong) == "GET, HEAD, OPTIONS, POST");
    CHECK(client.head("/users/1").status_code() == 200);
}
