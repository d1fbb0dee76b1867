// The matcher below the map: outcomes without exceptions, many variables.
#include "routing/matcher.hpp"

#include "routing/map.hpp"

#include "support/catch.hpp"

#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace microflask;

TEST_CASE("outcomes tell apart what happened", "[routing]") {
    Map map({Rule("/user/<int:id>", {.methods = {"GET"}, .endpoint = "user"}),
             Rule("/slash/", {.endpoint = "slash"}),
             Rule("/ws", {.endpoint = "ws", .websocket = true}),
             Rule("/to", {.redirect_to = "slash/"}), Rule("/brew", {.methods = {"BREW"}})});
    const MatchOutcome matched = map.match({.path = "/user/12"});
    REQUIRE(matched);
    CHECK(matched.match.rule()->endpoint() == "user");
    CHECK(matched.match.size() == 1);
    CHECK(matched.match[0].to<int>() == 12);
    CHECK(matched.match[0].text() == "12");
    CHECK(map.match({.path = "/user/12", .method = "POST"}).status ==
          MatchStatus::method_not_allowed);
    CHECK(map.match({.path = "/brew"}).allowed_methods() == std::vector<std::string>{"BREW"});
    CHECK(map.match({.path = "/user/x"}).status == MatchStatus::not_found);
    CHECK(map.match({.path = "/ws"}).status == MatchStatus::websocket_mismatch);
    CHECK(map.match({.path = "/ws", .websocket = true}).status == MatchStatus::matched);
    CHECK(map.match({.path = "/user/1", .domain = "sub"}).status == MatchStatus::not_found);
    const MatchOutcome slash = map.match({.path = "/slash"});
    CHECK(slash.is_redirect());
    CHECK(slash.path == "/slash/");
    CHECK(map.match({.path = "/to"}).status == MatchStatus::redirect_to_target);
    CHECK(map.match({.path = "/user/99999999999999999999"}).match.rule() == nullptr);
}

TEST_CASE("matches of many variables can be copied and moved", "[routing]") {
    Map map;
    map.add(Rule("/<a>/<b>/<c>/<d>/<e>/<f>/<g>/<h>/<i>/<int:j>", {.endpoint = "ten"}));
    MatchOutcome outcome = map.match({.path = "/1/2/3/4/5/6/7/8/9/10"});
    REQUIRE(outcome);
    const RuleMatch copy = outcome.match;
    RuleMatch moved = std::move(outcome.match);
    CHECK(copy.size() == 10);
    CHECK(copy[9].to<int>() == 10);
    CHECK(moved[8].text() == "9");
    CHECK(moved.values()["a"] == "1");
    CHECK(outcome.match.rule() == nullptr);
    CHECK(outcome.match.values() == Json::object());
    CHECK(map.match({.path = "/1/2/3/4/5/6/7/8/9/x"}).status == MatchStatus::not_found);
}

TEST_CASE("dynamic rules are tried after static ones that lead nowhere", "[routing]") {
    const Map map({Rule("/a/b/c", {.endpoint = "static"}), Rule("/<x>/b/d", {.endpoint = "first"}),
                   Rule("/a/<y>/e", {.endpoint = "second"}),
                   Rule("/<path:rest>", {.endpoint = "rest"})});
    CHECK(map.match({.path = "/a/b/c"}).match.rule()->endpoint() == "static");
    CHECK(map.match({.path = "/a/b/d"}).match.rule()->endpoint() == "first");
    CHECK(map.match({.path = "/a/b/e"}).match.rule()->endpoint() == "second");
    const MatchOutcome rest = map.match({.path = "/a/b/f"});
    CHECK(rest.match.rule()->endpoint() == "rest");
    CHECK(rest.match.values() == Json{{"rest", "a/b/f"}});
}

TEST_CASE("thousands of static rules are found", "[routing]") {
    Map map;
    for (int i = 0; i < 3000; ++i)
        map.add(Rule("/r" + std::to_string(i) + "/x", {.endpoint = std::to_string(i)}));
    for (int i = 0; i < 3000; ++i) {
        const std::string path = "/r" + std::to_string(i) + "/x";
        const MatchOutcome outcome = map.match({.path = path});
        REQUIRE(outcome);
        CHECK(outcome.match.rule()->endpoint() == std::to_string(i));
    }
    CHECK_FALSE(map.match({.path = "/r3000/x"}));
    CHECK_FALSE(map.match({.path = "/r1/y"}));
}

TEST_CASE("several threads match at once", "[routing]") {
    const Map map({Rule("/user/<int:id>", {.endpoint = "user"}),
                   Rule("/file/<path:name>", {.endpoint = "file"})});
    std::atomic<int> found = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&map, &found] {
            for (int j = 0; j < 200; ++j) {
                if (map.match({.path = "/user/7"}) && map.match({.path = "/file/a/b"})) ++found;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(found == 800);
}

TEST_CASE("simple rules are found at once, and only where nothing else counts", "[routing]") {
    Map map({Rule("/", {.endpoint = "root"}),
             Rule("/a/b", {.methods = {"POST"}, .endpoint = "post"}),
             Rule("/a/<x>", {.endpoint = "variable"}), Rule("/dir/", {.endpoint = "dir"}),
             Rule("/sub", {.subdomain = "s", .endpoint = "sub"}),
             Rule("/old", {.endpoint = "new", .alias = true}), Rule("/new", {.endpoint = "new"}),
             Rule("/socket", {.endpoint = "socket", .websocket = true})});
    for (int i = 0; i < 200; ++i)
        map.add(Rule("/many/" + std::to_string(i), {.endpoint = std::to_string(i)}));
    const auto exact = [&map](std::string_view path, std::string_view method = "GET") {
        MatchOutcome outcome;
        return map.match_directly(path, method, outcome)
                   ? std::string(outcome.match.rule()->endpoint())
                   : std::string();
    };
    CHECK(exact("/") == "root");
    CHECK(exact("/a/b", "POST") == "post");
    CHECK(exact("/a/b") == "");  // the rule with a variable takes it, on the long way
    CHECK(map.match({.path = "/a/b"}).match.rule()->endpoint() == "variable");
    CHECK(exact("/a/c") == "variable");
    CHECK(exact("/dir/") == "dir");
    CHECK(exact("/dir") == "");
    CHECK(exact("/sub") == "");
    CHECK(exact("/old") == "");
    CHECK(exact("/new") == "new");
    CHECK(exact("/socket") == "");
    CHECK(exact("") == "");
    CHECK(exact("/", "BREW") == "root");
    for (int i = 0; i < 200; ++i) CHECK(exact("/many/" + std::to_string(i)) == std::to_string(i));
    CHECK(exact("/many/200") == "");
}

TEST_CASE("what is found at once is what a walk of the tree finds", "[routing]") {
    // The same rules in two maps: those of a subdomain are found by walking only.
    const std::vector<std::pair<std::string, RuleOptions>> rules = {
        {"/<name>", {.endpoint = "name"}},
        {"/<int:number>", {.endpoint = "number"}},
        {"/user/<int:id>", {.methods = {"GET"}, .endpoint = "user"}},
        {"/user/<int:id>", {.methods = {"POST"}, .endpoint = "change"}},
        {"/user/<id>", {.methods = {"GET", "PUT"}, .endpoint = "login"}},
        {"/user/me", {.methods = {"GET"}, .endpoint = "me"}},
        {"/dir/<name>/", {.endpoint = "dir"}},
        {"/dir/<int(fixed_digits=2):two>", {.endpoint = "two"}},
        {"/dir/<int(signed=True):any>", {.endpoint = "signed"}},
        {"/dir/<string(maxlength=3):short>", {.endpoint = "short"}},
        {"/old/<x>", {.endpoint = "old", .redirect_to = "/new"}},
        {"/page/", {.defaults = {{"page", 1}}, .endpoint = "page"}},
        {"/page/<int:page>", {.endpoint = "page"}},
        {"/all/<path:rest>", {.endpoint = "rest"}},
        {"/<a>/<b>", {.endpoint = "two-parts"}},
        {"/file/<a>.<b>", {.endpoint = "file"}},
        {"/socket/<x>", {.endpoint = "socket", .websocket = true}},
        {"/deep/er/<x>", {.endpoint = "deep"}},
    };
    Map map;
    Map walked_map;
    for (auto [text, options] : rules) {
        map.add(Rule(text, options));
        options.subdomain = "walked";
        walked_map.add(Rule(text, options));
    }
    const std::string large(18, '9');
    int matched = 0;
    for (const std::string& path : std::vector<std::string>{"/",
                                                            "/x",
                                                            "/7",
                                                            "/007",
                                                            "/user",
                                                            "/user/",
                                                            "/user/7",
                                                            "/user/me",
                                                            "/user/you",
                                                            "/user/-7",
                                                            "/user/7/",
                                                            "/user/7x",
                                                            "/user/" + large,
                                                            "/user/" + large + "9",
                                                            "/user/" + large + "99",
                                                            "/user/1e5",
                                                            "/dir/x",
                                                            "/dir/x/",
                                                            "/dir/12",
                                                            "/dir/123",
                                                            "/dir/-1",
                                                            "/dir/abcd",
                                                            "/old/x",
                                                            "/page/",
                                                            "/page/1",
                                                            "/page/2",
                                                            "/all/x",
                                                            "/all/x/y",
                                                            "/a/b",
                                                            "/a/b/c",
                                                            "//user/7",
                                                            "/user//7",
                                                            "/file/a.b",
                                                            "/file/a",
                                                            "/socket/x",
                                                            "/deep/er/x",
                                                            "/deep/er/",
                                                            "/deep/x",
                                                            "user/7",
                                                            "",
                                                            "/user/\u00e9"}) {
        for (const char* method : {"GET", "HEAD", "POST", "PUT", "DELETE", "get", "BREW"}) {
            CAPTURE(path, method);
            const MatchOutcome quick = map.match({.path = path, .method = method});
            const MatchOutcome walked =
                walked_map.match({.path = path, .method = method, .domain = "walked"});
            REQUIRE(quick.status == walked.status);
            CHECK(quick.path == walked.path);
            if (quick.status == MatchStatus::method_not_allowed)
                CHECK(quick.allowed_methods() == walked.allowed_methods());
            if (!quick.match.rule()) continue;
            CHECK(quick.match.rule()->endpoint() == walked.match.rule()->endpoint());
            CHECK(quick.match.values() == walked.match.values());
            ++matched;
        }
    }
    CHECK(matched > 100);
    MatchOutcome none;
    CHECK_FALSE(map.match_directly("/user/\xff", "GET", none));
    CHECK_FALSE(none.match.rule());
}
