// Matching: the behaviour of Werkzeug's own routing tests, in our words.
#include "routing/map.hpp"

#include "http/exceptions.hpp"
#include "routing/matching.hpp"
#include "support/catch.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace microflask;
using test::map_of_hosts;
using test::matched;
using test::redirect_of;

namespace {

struct ListConverter {
    std::vector<std::string> to_cpp(std::string_view text) {
        std::vector<std::string> items;
        while (true) {
            const std::size_t comma = text.find(',');
            items.emplace_back(text.substr(0, comma));
            if (comma == std::string_view::npos) return items;
            text.remove_prefix(comma + 1);
        }
    }
    std::string to_url(const std::vector<std::string>& items) {
        std::string text;
        for (const std::string& item : items) text += (text.empty() ? "" : ",") + item;
        return text;
    }
};

struct TwoWords {
    static constexpr bool part_isolating = false;
    std::pair<std::string, std::string> to_cpp(std::string_view text) const {
        const std::size_t slash = text.find('/');
        if (slash == std::string_view::npos) throw ValidationError();
        return {std::string(text.substr(0, slash)), std::string(text.substr(slash + 1))};
    }
    std::string to_url(const std::pair<std::string, std::string>& words) const {
        return words.first + "/" + words.second;
    }
};

struct Upper {
    static constexpr int weight = 60;
    static bool accepts(std::string_view text) {
        for (const char c : text) {
            if (c < 'A' || c > 'Z') return false;
        }
        return true;
    }
    std::string to_cpp(std::string_view text) const { return std::string(text); }
    std::string to_url(const std::string& text) const { return text; }
};

struct Hex {
    explicit Hex(const ConverterArguments& arguments)
        : digits(arguments.kwargs.get<std::size_t>("digits", 2)) {}
    unsigned to_cpp(std::string_view text) const {
        if (text.size() != digits) throw ValidationError();
        unsigned number = 0;
        for (const char c : text) {
            if (c < '0' || c > '9') throw ValidationError("not decimal");
            number = number * 16 + static_cast<unsigned>(c - '0');
        }
        return number;
    }
    std::string to_url(unsigned number) const { return std::to_string(number); }
    std::size_t digits;
};

}  // namespace

TEST_CASE("static rules match, others are not found", "[routing]") {
    const Map map({Rule("/", {.endpoint = "index"}), Rule("/foo", {.endpoint = "foo"}),
                   Rule("/bar/", {.endpoint = "bar"}),
                   Rule("/ws", {.endpoint = "ws", .websocket = true}),
                   Rule("/", {.endpoint = "indexws", .websocket = true})});
    const MapAdapter urls = map.bind("example.org", {.script_name = "/"});

    CHECK(urls.match("/") == matched("index"));
    CHECK(urls.match("/foo") == matched("foo"));
    CHECK(urls.match("foo") == matched("foo"));
    CHECK(urls.match("//foo") == matched("foo"));
    CHECK(urls.match("/bar/") == matched("bar"));
    CHECK_THROWS_AS(urls.match("/blub"), NotFound);
    CHECK_THROWS_AS(urls.match("/hello\n"), NotFound);
    CHECK_THROWS_AS(urls.match("/foo\n"), NotFound);
    CHECK(redirect_of(urls, "/bar") == "http://example.org/bar/");
    CHECK(redirect_of(urls, "bar") == "http://example.org/bar/");

    SECTION("a redirect keeps the query string and the root of the application") {
        CHECK(redirect_of(urls, "/bar", "GET", {.query_args = {{"aha", "muhaha"}}}) ==
              "http://example.org/bar/?aha=muhaha");
        CHECK(redirect_of(urls, "/bar", "GET", {.query_args = "aha=muh%20aha"}) ==
              "http://example.org/bar/?aha=muh%20aha");
        CHECK(redirect_of(map.bind("example.org", {.script_name = "/test"}), "/bar") ==
              "http://example.org/test/bar/");
        const MapAdapter bound =
            map.bind("example.org", {.path_info = "/bar", .query_args = "foo=bar"});
        CHECK_THROWS_AS(bound.match(), RequestRedirect);
        CHECK(redirect_of(bound, "/bar") == "http://example.org/bar/?foo=bar");
    }
    SECTION("rules for WebSockets match their requests only") {
        const MapAdapter sockets = map.bind("example.org", {.url_scheme = "wss"});
        CHECK(sockets.match("/") == matched("indexws"));
        CHECK(sockets.match("/ws", "GET", {.websocket = true}) == matched("ws"));
        CHECK_THROWS_AS(sockets.match("/ws", "GET", {.websocket = false}), WebsocketMismatch);
        CHECK_THROWS_AS(sockets.match("/foo"), WebsocketMismatch);
        CHECK_THROWS_AS(urls.match("/ws"), WebsocketMismatch);
    }
}

TEST_CASE("rules that are not strict about slashes match both ways, exact rules first",
          "[routing]") {
    const MapAdapter urls =
        Map({Rule("/path1", {.endpoint = "leaf"}), Rule("/path1/", {.endpoint = "branch"}),
             Rule("/path2", {.endpoint = "leaf", .strict_slashes = false}),
             Rule("/path2/", {.endpoint = "branch"}), Rule("/path3", {.endpoint = "leaf"}),
             Rule("/path3/", {.endpoint = "branch", .strict_slashes = false}),
             Rule("/path5", {.endpoint = "leaf"})},
            {.strict_slashes = false})
            .bind("example.org");
    for (const char* path : {"/path1", "/path2", "/path3", "/path5", "/path5/"}) {
        CAPTURE(path);
        CHECK(urls.match(path) == matched("leaf"));
    }
    for (const char* path : {"/path1/", "/path2/", "/path3/"}) {
        CAPTURE(path);
        CHECK(urls.match(path) == matched("branch"));
    }

    const MapAdapter lax =
        Map({Rule("/path1", {.endpoint = "leaf", .strict_slashes = false}),
             Rule("/path2/", {.endpoint = "branch", .strict_slashes = false}),
             Rule("/<path:path>", {.endpoint = "rest", .strict_slashes = false})})
            .bind("example.org");
    CHECK(lax.match("/path1") == matched("leaf"));
    CHECK(lax.match("/path1/") == matched("leaf"));
    CHECK(lax.match("/path2") == matched("branch"));
    CHECK(lax.match("/path2/") == matched("branch"));
    CHECK(lax.match("/any") == matched("rest", {{"path", "any"}}));
    CHECK(lax.match("/any/") == matched("rest", {{"path", "any/"}}));
}

TEST_CASE("the order of the rules does not matter to what matches first", "[routing]") {
    std::vector<Rule> rules = {
        Rule("/", {.defaults = {{"name", "FrontPage"}}, .endpoint = "page"}),
        Rule("/Special", {.endpoint = "special"}),
        Rule("/<int:year>", {.endpoint = "year"}),
        Rule("/<path:name>:foo", {.endpoint = "foopage"}),
        Rule("/<path:name>:<path:name2>", {.endpoint = "twopage"}),
        Rule("/<path:name>", {.endpoint = "page"}),
        Rule("/<path:name>/edit", {.endpoint = "editpage"}),
        Rule("/<path:name>/silly/<path:name2>", {.endpoint = "sillypage"}),
        Rule("/<path:name>/silly/<path:name2>/edit", {.endpoint = "editsillypage"}),
        Rule("/Talk:<path:name>", {.endpoint = "talk"}),
        Rule("/User:<username>", {.endpoint = "user"}),
        Rule("/User:<username>/<path:name>", {.endpoint = "userpage"}),
        Rule("/User:<username>/comment/<int:id>-<int:replyId>", {.endpoint = "usercomment"}),
        Rule("/Files/<path:file>", {.endpoint = "files"}),
        Rule("/<admin>/<manage>/<things>", {.endpoint = "admin"})};
    const bool reversed = GENERATE(false, true);
    if (reversed) rules = {rules.rbegin(), rules.rend()};
    Map map;
    for (const Rule& rule : rules) map.add(rule.empty());
    const MapAdapter urls = map.bind("example.org");

    CHECK(urls.match("/") == matched("page", {{"name", "FrontPage"}}));
    CHECK(redirect_of(urls, "/FrontPage") == "http://example.org/");
    CHECK(urls.match("/Special") == matched("special"));
    CHECK(urls.match("/2007") == matched("year", {{"year", 2007}}));
    CHECK(urls.match("/Some:foo") == matched("foopage", {{"name", "Some"}}));
    CHECK(urls.match("/Some:bar") == matched("twopage", {{"name", "Some"}, {"name2", "bar"}}));
    CHECK(urls.match("/Some/Page") == matched("page", {{"name", "Some/Page"}}));
    CHECK(urls.match("/Some/Page/edit") == matched("editpage", {{"name", "Some/Page"}}));
    CHECK(urls.match("/Foo/silly/bar") ==
          matched("sillypage", {{"name", "Foo"}, {"name2", "bar"}}));
    CHECK(urls.match("/Foo/silly/bar/edit") ==
          matched("editsillypage", {{"name", "Foo"}, {"name2", "bar"}}));
    CHECK(urls.match("/Talk:Foo/Bar") == matched("talk", {{"name", "Foo/Bar"}}));
    CHECK(urls.match("/User:thomas") == matched("user", {{"username", "thomas"}}));
    CHECK(urls.match("/User:thomas/projects/werkzeug") ==
          matched("userpage", {{"username", "thomas"}, {"name", "projects/werkzeug"}}));
    CHECK(urls.match("/User:thomas/comment/123-456") ==
          matched("usercomment", {{"username", "thomas"}, {"id", 123}, {"replyId", 456}}));
    CHECK(urls.match("/Files/downloads/werkzeug/0.2.zip") ==
          matched("files", {{"file", "downloads/werkzeug/0.2.zip"}}));
    CHECK(urls.match("/Jerry/eats/cheese") ==
          matched("admin", {{"admin", "Jerry"}, {"manage", "eats"}, {"things", "cheese"}}));
}

TEST_CASE("paths are matched greedily where rules say so", "[routing]") {
    const MapAdapter urls =
        Map({Rule("/foo", {.endpoint = "foo"}), Rule("/<path:bar>", {.endpoint = "bar"}),
             Rule("/<path:bar>/<path:blub>", {.endpoint = "bar"})})
            .bind("example.org");
    CHECK(urls.match("/foo") == matched("foo"));
    CHECK(urls.match("/blub") == matched("bar", {{"bar", "blub"}}));
    CHECK(urls.match("/he/he") == matched("bar", {{"bar", "he"}, {"blub", "he"}}));

    const MapAdapter weighted = Map({Rule("/<path:path>/c", {.endpoint = "simple"}),
                                     Rule("/<path:path>/<a>/<b>", {.endpoint = "complex"})})
                                    .bind("localhost");
    CHECK(weighted.match("/a/b/c") == matched("simple", {{"path", "a/b"}}));
    CHECK(weighted.match("/a/b/d") == matched("complex", {{"path", "a"}, {"a", "b"}, {"b", "d"}}));

    const MapAdapter typed = Map({Rule("/<int:value>", {.endpoint = "int"}),
                                  Rule("/<uuid:value>", {.endpoint = "uuid"})})
                                 .bind("localhost");
    CHECK(typed.match("/2b5b0911-fdcf-4dd2-921b-28ace88db8a0") ==
          matched("uuid", {{"value", "2b5b0911-fdcf-4dd2-921b-28ace88db8a0"}}));
    CHECK_THROWS_AS(typed.match("/2b5b0911fdcf4dd2921b28ace88db8a0"), NotFound);
}

TEST_CASE("many kinds of rules live together", "[routing]") {
    const Map map({Rule("/", {.endpoint = "index"}), Rule("/<int:blub>", {.endpoint = "an_int"}),
                   Rule("/<blub>", {.endpoint = "a_string"}), Rule("/foo/", {.endpoint = "nested"}),
                   Rule("/foobar/", {.endpoint = "nestedbar"}),
                   Rule("/foo/<path:testing>/", {.endpoint = "nested_show"}),
                   Rule("/foo/<path:testing>/edit", {.endpoint = "nested_edit"}),
                   Rule("/users/", {.defaults = {{"page", 1}}, .endpoint = "users"}),
                   Rule("/users/page/<int:page>", {.endpoint = "users"}),
                   Rule("/foox", {.endpoint = "foox"}),
                   Rule("/<path:bar>/<path:blub>", {.endpoint = "barx_path_path"})});
    const MapAdapter urls = map.bind("example.com");

    CHECK(urls.match("/") == matched("index"));
    CHECK(urls.match("/42") == matched("an_int", {{"blub", 42}}));
    CHECK(urls.match("/blub") == matched("a_string", {{"blub", "blub"}}));
    CHECK(urls.match("/foo/") == matched("nested"));
    CHECK(urls.match("/foobar/") == matched("nestedbar"));
    CHECK(urls.match("/foo/1/2/3/") == matched("nested_show", {{"testing", "1/2/3"}}));
    CHECK(urls.match("/foo/1/2/3/edit") == matched("nested_edit", {{"testing", "1/2/3"}}));
    CHECK(urls.match("/users/") == matched("users", {{"page", 1}}));
    CHECK(urls.match("/users/page/2") == matched("users", {{"page", 2}}));
    CHECK(urls.match("/foox") == matched("foox"));
    CHECK(urls.match("/1/2/3") == matched("barx_path_path", {{"bar", "1"}, {"blub", "2/3"}}));

    CHECK(urls.build("nested_show", {{"testing", "1/2/3"}}) == "/foo/1/2/3/");
    CHECK(urls.build("nested_edit", {{"testing", "1/2/3"}}) == "/foo/1/2/3/edit");
    CHECK(urls.build("users", {{"page", 1}}) == "/users/");
    CHECK(urls.build("users", {{"page", 2}}) == "/users/page/2");
    CHECK(urls.build("barx_path_path", {{"bar", "1"}, {"blub", "2/3"}}) == "/1/2/3");
}

TEST_CASE("several variables may stand between two slashes", "[routing]") {
    const MapAdapter urls = Map({Rule("/v<int:major>.<int:minor>", {.endpoint = "version"}),
                                 Rule("/.<int:value>", {.endpoint = "dotted"}),
                                 Rule("/<a>-<b>-<c>", {.endpoint = "three"}),
                                 Rule("/<string(length=2):a><b>x", {.endpoint = "joined"}),
                                 Rule("/<any(a, ab):a><any(c, bc):b>", {.endpoint = "items"})})
                                .bind("localhost");
    CHECK(urls.match("/v1.2") == matched("version", {{"major", 1}, {"minor", 2}}));
    CHECK(urls.match("/.2") == matched("dotted", {{"value", 2}}));
    CHECK_THROWS_AS(urls.match("/a2"), NotFound);
    CHECK(urls.match("/1-2-3-4") == matched("three", {{"a", "1-2"}, {"b", "3"}, {"c", "4"}}));
    CHECK_THROWS_AS(urls.match("/1-2"), NotFound);
    CHECK(urls.match("/\xC3\xA9z123x") == matched("joined", {{"a", "\xC3\xA9z"}, {"b", "123"}}));
    CHECK(urls.match("/abc") == matched("items", {{"a", "a"}, {"b", "bc"}}));
}

TEST_CASE("no path takes long to be matched", "[routing]") {
    // A megabyte each: what tried every pair of ends would take hours.
    const std::string dashes(1 << 20, '-');
    const std::string slashes = [] {
        std::string text;
        for (int i = 0; i < 1 << 18; ++i) text += "/-a-";
        return text;
    }();
    for (const char* rule :
         {"/<a>-<b>-<c>-<d>-<e>?", "/<a>-<b>-<int:c>", "/<path:a>-<path:b>-<path:c>?",
          "/<path:a>-<b>-<path:c>?", "/<path:a>/-<b>-<int:c>"}) {
        CAPTURE(rule);
        const MapAdapter urls = Map({Rule(std::string_view(rule))}).bind("localhost");
        CHECK_THROWS_AS(urls.match("/" + dashes + "!"), NotFound);
        CHECK_THROWS_AS(urls.match(slashes + "!"), NotFound);
    }
    CHECK(Map({Rule("/<path:a>-<b>x", {.endpoint = "x"})}).bind("localhost").match("/1/2-3-4-5x") ==
          matched("x", {{"a", "1/2"}, {"b", "3-4-5"}}));
    CHECK(Map({Rule("/<a>-<path:b>-<int:c>", {.endpoint = "x"})})
              .bind("localhost")
              .match("/1-2-3/4-5-6") == matched("x", {{"a", "1-2"}, {"b", "3/4-5"}, {"c", 6}}));
}

TEST_CASE("methods decide between rules of one path", "[routing]") {
    const Map map({Rule("/<foo>", {.methods = {"get"}, .endpoint = "any"}),
                   Rule("/foo", {.methods = {"POST"}, .endpoint = "foo"}),
                   Rule("/odd", {.methods = {"BREW"}, .endpoint = "odd"}),
                   Rule("/all", {.endpoint = "all"})});
    const MapAdapter urls = map.bind("example.org");

    CHECK(urls.match("/x", "HEAD").first == "any");
    CHECK(urls.match("/x", "get").first == "any");
    CHECK(urls.match("/foo", "POST").first == "foo");
    CHECK(urls.match("/foo", "GET").first == "any");
    CHECK(urls.match("/odd", "BREW").first == "odd");
    CHECK(urls.match("/odd", "brew").first == "odd");
    CHECK(urls.match("/all", "BREW").first == "all");
    CHECK(urls.allowed_methods("/foo") == std::vector<std::string>{"GET", "HEAD", "POST"});
    CHECK(urls.allowed_methods("/odd") == std::vector<std::string>{"BREW", "GET", "HEAD"});
    CHECK(urls.allowed_methods("/all").empty());
    CHECK(urls.allowed_methods("/a/b").empty());
    CHECK(urls.test("/foo", "POST"));
    CHECK_FALSE(urls.test("/x", "POST"));
    try {
        urls.match("/foo", "PUT");
        CHECK(false);
    } catch (const MethodNotAllowed& error) {
        CHECK(error.valid_methods() == std::vector<std::string>{"GET", "HEAD", "POST"});
    }
    CHECK_THROWS_AS(map.bind("example.org", {.default_method = "PUT"}).match("/foo"),
                    MethodNotAllowed);
}

TEST_CASE("a map without rules finds nothing", "[routing]") {
    const Map map;
    CHECK_THROWS_AS(map.bind("example.com").match("/"), NotFound);
    CHECK_THROWS_AS(map.bind("example.com").match(""), NotFound);
    CHECK(map.to_string() == "Map([])");
    CHECK(map.iter_rules("x").empty());
}

TEST_CASE("text beyond ASCII is matched decoded and redirected encoded", "[routing]") {
    const Map map({Rule("/\xC3\xB6\xC3\xA4\xC3\xBC/", {.endpoint = "umlauts"}),
                   Rule("/foo+bar/", {.endpoint = "foobar"})});
    const MapAdapter urls = map.bind("localhost");
    CHECK(urls.match("/\xC3\xB6\xC3\xA4\xC3\xBC/") == matched("umlauts"));
    CHECK(redirect_of(urls, "/\xC3\xB6\xC3\xA4\xC3\xBC") == "http://localhost/%C3%B6%C3%A4%C3%BC/");
    CHECK(redirect_of(urls, "/foo+bar") == "http://localhost/foo+bar/");
    CHECK(urls.build("umlauts") == "/%C3%B6%C3%A4%C3%BC/");

    const MapAdapter snowman = map.bind("\xE2\x98\x83.Example.com:8443");
    CHECK(snowman.server_name() == "xn--n3h.example.com:8443");
    CHECK(redirect_of(snowman, "/foo+bar") == "http://xn--n3h.example.com:8443/foo+bar/");
    CHECK_THROWS_AS(map.bind("\xE2\x98\x83" + std::string(70, 'a') + ".com"), BadHost);
}

TEST_CASE("subdomains are matched, with variables too", "[routing]") {
    const Map map({Rule("/", {.endpoint = "index"}),
                   Rule("/", {.subdomain = "static", .endpoint = "static"}),
                   Rule("/<word>", {.subdomain = "<lang>", .endpoint = "lookup"})});
    CHECK(map.bind("app.test").match("/") == matched("index"));
    CHECK(map.bind("app.test", {.subdomain = "static"}).match("/") == matched("static"));
    CHECK(map.bind("app.test", {.subdomain = "jp"}).match("/x") ==
          matched("lookup", {{"lang", "jp"}, {"word", "x"}}));
    CHECK(map.bind("app.test", {.subdomain = "static"}).match("/x") ==
          matched("lookup", {{"lang", "static"}, {"word", "x"}}));
    CHECK_THROWS_AS(map.bind("app.test").match("/x"), NotFound);
    CHECK((*map.iter_rules("index").begin()).subdomain() == "");

    const Map preset(
        {Rule("/", {.subdomain = "", .endpoint = "index"}), Rule("/", {.endpoint = "static"})},
        {.default_subdomain = "static"});
    CHECK(preset.bind("app.test").match("/") == matched("static"));
    CHECK(preset.bind("app.test", {.subdomain = ""}).match("/") == matched("index"));
    CHECK((*preset.iter_rules("static").begin()).subdomain() == "static");

    const Map without({Rule("/", {.subdomain = "a", .endpoint = "index"})},
                      {.subdomain_matching = false});
    CHECK(without.bind("app.test", {.subdomain = "b"}).match("/") == matched("index"));
    CHECK(without.bind("app.test").build("index") == "/");
}

TEST_CASE("hosts are matched where the map says so", "[routing]") {
    const Map map = map_of_hosts();
    CHECK(map.bind("app.test").match("/") == matched("index"));
    CHECK(map.bind("APP.Test").match("/") == matched("index"));
    CHECK_THROWS_AS(map.bind("somewhere.test").match("/"), NotFound);
    CHECK(map.bind("en.app.test").match("/") == matched("lang", {{"lang", "en"}}));
    CHECK(map.bind("app.personal.test").match("/page/") ==
          matched("page", {{"domain", "personal.test"}, {"page", 1}}));
    CHECK_FALSE(map.subdomain_matching());
    CHECK_THROWS_AS(map.bind("app.test", {.subdomain = "x"}), std::invalid_argument);
    CHECK(redirect_of(map.bind("app.other.test"), "/page") == "http://app.other.test/page/");
    CHECK(redirect_of(map.bind("pages.personal.test"), "/page/1/") ==
          "http://app.personal.test/page/");
    CHECK(map.bind("app.test").build("index") == "/");
    CHECK(map.bind("app.personal.test").build("page", {{"domain", "personal.test"}}) == "/page/");
    CHECK(map.bind("pages.other.test").build("index") == "http://app.test/");
    CHECK(map.bind("app.test").build("page", {{"domain", "personal.test"}}) ==
          "http://app.personal.test/page/");
}

TEST_CASE("rules that would match in the same way are refused", "[routing]") {
    CHECK_THROWS_AS(Map({Rule("/", {.endpoint = "a"}), Rule("/", {.endpoint = "b"})}),
                    DuplicateRuleError);
    CHECK_THROWS_AS(Map({Rule("/page/<a>"), Rule("/page/<b>")}), DuplicateRuleError);
    CHECK_THROWS_AS(Map({Rule("/<int(min=1):a>"), Rule("/<int:b>")}), DuplicateRuleError);
    CHECK_THROWS_AS(
        Map({Rule("/", {.methods = {"GET", "POST"}}), Rule("/", {.methods = {"POST", "PUT"}})}),
        DuplicateRuleError);
    CHECK_THROWS_AS(Map({Rule("/", {.methods = {"HEAD", "OPTIONS"}}),
                         Rule("/", {.methods = {"HEAD", "OPTIONS"}})}),
                    DuplicateRuleError);
    CHECK_THROWS_AS(Map({Rule("/", {.endpoint = "a"}), Rule("/", {.subdomain = "a"})},
                        {.subdomain_matching = false}),
                    DuplicateRuleError);

    Map map(
        {Rule("/", {.endpoint = "index"}), Rule("/", {.endpoint = "websocket", .websocket = true}),
         Rule("/", {.subdomain = "a", .endpoint = "sub"}), Rule("/method", {.methods = {"GET"}}),
         Rule("/method", {.methods = {"POST"}}), Rule("/<a>"), Rule("/<int:b>"),
         Rule("/<int(signed=True):b>"), Rule("/o", {.methods = {"GET", "OPTIONS"}}),
         Rule("/o", {.methods = {"POST", "OPTIONS"}}), Rule("/only", {.build_only = true}),
         Rule("/only", {.build_only = true, .endpoint = "other"})});
    const std::size_t size = map.size();
    try {
        map.add(Rule("/", {.endpoint = "again"}));
        CHECK(false);
    } catch (const DuplicateRuleError& error) {
        CHECK(error.existing().endpoint() == "index");
        CHECK(error.duplicate().endpoint() == "again");
        CHECK(std::string(error.what()).find("<Rule '/' -> again>") == 0);
    }
    CHECK(map.size() == size);
    CHECK(map.iter_rules("again").empty());
}

TEST_CASE("the rule itself is found, and what a framework keeps there", "[routing]") {
    Map map;
    map.add(Rule("/foo/", {.endpoint = "foo"})).view_index(7);
    auto [rule, values] = map.bind("localhost").match_rule("/foo/");
    CHECK(&rule == &*map.iter_rules().begin());
    CHECK(rule.view_index() == 7);
    CHECK(values == Json::object());
    CHECK(map.to_string() == "Map([<Rule '/foo/' -> foo>])");
    const Map moved = std::move(map);
    CHECK(moved.bind("localhost").match("/foo/").first == "foo");
    CHECK(moved.bind("localhost")
              .dispatch([](const std::string& endpoint, const Json&) { return endpoint + "!"; },
                        "/foo/") == "foo!");
}

TEST_CASE("rules that are for building only never match", "[routing]") {
    const MapAdapter urls =
        Map({Rule("/static/<name>", {.build_only = true, .endpoint = "static"})}).bind("localhost");
    CHECK_THROWS_AS(urls.match("/static/x"), NotFound);
    CHECK(urls.build("static", {{"name", "x"}}) == "/static/x");
}

TEST_CASE("is_endpoint_expecting looks at variables and defaults", "[routing]") {
    const Map map({Rule("/<lang>/", {.defaults = {{"page", 1}}, .endpoint = "index"}),
                   Rule("/", {.endpoint = "root"})});
    CHECK(map.is_endpoint_expecting("index", "lang"));
    CHECK(map.is_endpoint_expecting("index", "lang", "page"));
    CHECK_FALSE(map.is_endpoint_expecting("index", "lang", "x"));
    CHECK_FALSE(map.is_endpoint_expecting("root", "lang"));
    CHECK_FALSE(map.is_endpoint_expecting("none", "lang"));
}

TEST_CASE("custom converters make values of any type", "[routing]") {
    Map map;
    map.converters().add<ListConverter>("list");
    map.converters().add<TwoWords>("two");
    map.converters().add<Upper>("upper");
    map.converters().add<Hex>("hex");
    map.add(Rule("/list/<list:items>", {.endpoint = "list"}));
    map.add(Rule("/two/<two:words>/", {.endpoint = "two"}));
    map.add(Rule("/u/<upper:word>", {.endpoint = "upper"}));
    map.add(Rule("/u/<word>", {.endpoint = "word"}));
    map.add(Rule("/hex/<hex(digits=3):number>", {.endpoint = "hex"}));
    const MapAdapter urls = map.bind("localhost");

    const MatchOutcome list = urls.match_outcome("/list/a,b");
    REQUIRE(list);
    REQUIRE(list.match[0].custom<std::vector<std::string>>());
    CHECK(*list.match[0].custom<std::vector<std::string>>() == std::vector<std::string>{"a", "b"});
    CHECK(list.match[0].custom<std::string>() == nullptr);
    CHECK(list.match[0].to<int>() == std::nullopt);
    CHECK(list.match.values() == Json{{"items", "a,b"}});
    const MatchOutcome copy = list;
    CHECK(copy.match[0].custom<std::vector<std::string>>()->size() == 2);
    CHECK(urls.build("list", {{"items", Json::array({"a b", "c"})}}) == "/list/a%20b,c");
    CHECK(urls.build("list", {{"items", "x,y"}}) == "/list/x,y");

    const MatchOutcome two = urls.match_outcome("/two/qwert/yuiop/");
    REQUIRE(two);
    CHECK(two.match[0].custom<std::pair<std::string, std::string>>()->second == "yuiop");
    CHECK(redirect_of(urls, "/two/a/b") == "http://localhost/two/a/b/");
    CHECK_THROWS_AS(urls.match("/two/a/"), NotFound);

    CHECK(urls.match("/u/ABC").first == "upper");
    CHECK(urls.match("/u/ABc").first == "word");
    CHECK(*urls.match_outcome("/hex/123").match[0].custom<unsigned>() == 0x123);
    CHECK_THROWS_AS(urls.match("/hex/12"), NotFound);
    CHECK_THROWS_AS(urls.match("/hex/1a2"), NotFound);
    CHECK_THROWS_AS(map.add(Rule("/x/<list(1):a>")), std::invalid_argument);
}

TEST_CASE("factories make rules of rules", "[routing]") {
    const RuleTemplate resource(
        {Submount("/test/$app", {Rule("/foo/", {.endpoint = "handle_foo"})}),
         EndpointPrefix("${app}", {Rule("/${app}-blah", {.endpoint = "bar"})}),
         Subdomain("$app",
                   {Rule("/blah", {.endpoint = "x_bar"}), Rule("/<int:id>", {.endpoint = "id"})})});
    const Map map({resource({{"app", "test1"}}), resource({{"app", "test2"}}),
                   Rule("/$", {.endpoint = "dollar"})});
    std::vector<std::string> rules;
    for (const Rule& rule : map.iter_rules())
        rules.push_back(*rule.subdomain() + rule.rule() + " " + rule.endpoint());
    CHECK(rules == std::vector<std::string>{"/test/test1/foo/ handle_foo",
                                            "/test/test2/foo/ handle_foo", "/test1-blah test1bar",
                                            "test1/blah x_bar", "test2/blah x_bar",
                                            "test1/<int:id> id", "test2/<int:id> id",
                                            "/test2-blah test2bar", "/$ dollar"});
    CHECK_THROWS_AS(resource({{"other", "x"}}), std::invalid_argument);
}
