#include "gateway/environ.hpp"

#include "gateway/streams.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace microflask;

namespace {

/// A request as a server would pass it on.
struct Sample {
    Sample() {
        environ_.set_request_line("POST", "/a%20b?x=1&y=%20", "HTTP/1.1");
        environ_.set_target("/a%20b?x=1&y=%20");
        environ_.set_fields(fields.data(), fields.size());
        environ_.set_server(server);
        environ_.set_remote("192.0.2.1", 4711);
        environ_.set_input(input, true);
    }
    std::vector<HeaderField> fields = {{"Host", "example.org:8080"},
                                       {"user-agent", "test"},
                                       {"Content-Type", "text/plain"},
                                       {"Content-Length", "5"},
                                       {"X-Twice", "1"},
                                       {"Cookie", "a=1"},
                                       {"x-twice", "2"},
                                       {"cookie", "b=2"},
                                       {"X_Forwarded_For", "evil"},
                                       {"Remote-Addr", "1.2.3.4"}};
    ServerInfo server{"example.org", "8080", "http", "microflask/test", true, false, false};
    MemoryInputStream input{"hello"};
    Environ environ_;
};

std::pair<std::string, std::string> split_target(std::string_view target) {
    Environ request;
    request.set_target(target);
    return {std::string(request.path_info()), std::string(request.query_string())};
}

}  // namespace

TEST_CASE("an environ reads like PEP 3333's dict", "[gateway]") {
    Sample sample;
    Environ& request = sample.environ_;

    CHECK(request["REQUEST_METHOD"] == "POST");
    CHECK(request["SCRIPT_NAME"] == "");
    CHECK(request["PATH_INFO"] == "/a b");
    CHECK(request["QUERY_STRING"] == "x=1&y=%20");
    CHECK(request["REQUEST_URI"] == "/a%20b?x=1&y=%20");
    CHECK(request["RAW_URI"] == "/a%20b?x=1&y=%20");
    CHECK(request.request_uri() == "/a%20b?x=1&y=%20");
    CHECK(request.server_protocol() == "HTTP/1.1");
    CHECK(request["SERVER_NAME"] == "example.org");
    CHECK(request["SERVER_PORT"] == "8080");
    CHECK(request["SERVER_PROTOCOL"] == "HTTP/1.1");
    CHECK(request["SERVER_SOFTWARE"] == "microflask/test");
    CHECK(request["REMOTE_ADDR"] == "192.0.2.1");
    CHECK(request["REMOTE_PORT"] == "4711");
    CHECK(request["wsgi.url_scheme"] == "http");
    CHECK(request["wsgi.multithread"] == "True");
    CHECK(request["wsgi.multiprocess"] == "False");
    CHECK(request["HTTP_HOST"] == "example.org:8080");
    CHECK(request["HTTP_USER_AGENT"] == "test");
    CHECK(request["CONTENT_TYPE"] == "text/plain");
    CHECK(request["CONTENT_LENGTH"] == "5");
    CHECK(request.content_length() == 5U);
    CHECK(request.input().read() == "hello");
    CHECK(request.input_terminated());
}

TEST_CASE("what is missing reads as empty text", "[gateway]") {
    Sample sample;
    for (const char* key :
         {"HTTP_NONE", "x.y", "", "HTTP_", "HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH", "Host"}) {
        CAPTURE(key);
        CHECK(sample.environ_[key] == "");
        CHECK_FALSE(sample.environ_.get(key).has_value());
        CHECK_FALSE(sample.environ_.contains(key));
    }
    const Environ empty;
    CHECK(empty["PATH_INFO"] == "");
    CHECK_FALSE(empty.contains("PATH_INFO"));
    CHECK_FALSE(empty.content_length().has_value());
    CHECK(empty.input().read() == "");
}

TEST_CASE("repeated fields are joined, cookies by their own separator", "[gateway]") {
    Sample sample;
    CHECK(sample.environ_["HTTP_X_TWICE"] == "1, 2");
    CHECK(sample.environ_["HTTP_COOKIE"] == "a=1; b=2");
    CHECK(sample.environ_["HTTP_X_TWICE"].data() == sample.environ_["HTTP_X_TWICE"].data());
    CHECK(sample.environ_.field("X-TWICE") == "1");
}

TEST_CASE("a client cannot pass for the server or for a proxy", "[gateway]") {
    Sample sample;
    CHECK(sample.environ_["REMOTE_ADDR"] == "192.0.2.1");
    CHECK_FALSE(sample.environ_.contains("HTTP_X_FORWARDED_FOR"));
}

TEST_CASE("keys are added, replaced and erased", "[gateway]") {
    Sample sample;
    Environ& request = sample.environ_;

    request["x.y"] = "1";
    request["x.y"] = "2";
    request["HTTP_HOST"] = "changed";
    request["HTTP_X_NEW"] = "new";
    request["HTTP_X_TWICE"] = "once";
    request["PATH_INFO"] = "/below";
    request["SERVER_PORT"] = "443";
    request["wsgi.url_scheme"] = "https";
    request["REMOTE_ADDR"] = std::string("203.0.113.9");

    CHECK(request["x.y"] == "2");
    CHECK(request["HTTP_HOST"] == "changed");
    CHECK(request.field("host") == "changed");
    CHECK(request.field("X-New") == "new");
    CHECK(request["HTTP_X_TWICE"] == "once");
    CHECK(request.path_info() == "/below");
    CHECK(request["SERVER_PORT"] == "443");
    CHECK(request.url_scheme() == "https");
    CHECK(request.remote_addr() == "203.0.113.9");
    CHECK(sample.fields[0].value == "example.org:8080");

    for (const char* key :
         {"x.y", "HTTP_HOST", "PATH_INFO", "SERVER_NAME", "REMOTE_PORT", "CONTENT_LENGTH"}) {
        CAPTURE(key);
        CHECK(request.contains(key));
        request.erase(key);
        CHECK_FALSE(request.contains(key));
        request.erase(key);
        request[key] = "7";
        CHECK(request[key] == "7");
    }
    CHECK(request.content_length() == 7U);
}

TEST_CASE("an entry that was assigned reads as its new value", "[gateway]") {
    Sample sample;
    auto entry = sample.environ_["HTTP_USER_AGENT"];
    CHECK(entry == "test");
    entry = "other";
    CHECK(entry == "other");
    CHECK(sample.environ_["HTTP_USER_AGENT"] == "other");
}

TEST_CASE("items lists every key once", "[gateway]") {
    Sample sample;
    sample.environ_["x.y"] = "1";
    const auto items = sample.environ_.items();
    const auto count = [&items](const std::string& key) {
        return std::count_if(items.begin(), items.end(),
                             [&key](const auto& item) { return item.first == key; });
    };
    for (const char* key : {"REQUEST_METHOD", "PATH_INFO", "HTTP_HOST", "CONTENT_TYPE",
                            "HTTP_X_TWICE", "x.y", "REMOTE_PORT"}) {
        CAPTURE(key);
        CHECK(count(key) == 1);
    }
    CHECK(count("HTTP_X_FORWARDED_FOR") == 0);
}

TEST_CASE("a target is split into path and query", "[gateway]") {
    using Pair = std::pair<std::string, std::string>;
    CHECK(split_target("/") == Pair("/", ""));
    CHECK(split_target("/a?b=c?d") == Pair("/a", "b=c?d"));
    CHECK(split_target("/a?") == Pair("/a", ""));
    CHECK(split_target("/a?b#c") == Pair("/a", "b"));
    CHECK(split_target("/a#b?c") == Pair("/a", ""));
    CHECK(split_target("/a%2Fb%41") == Pair("/a/bA", ""));
    CHECK(split_target("/%") == Pair("/%", ""));
    CHECK(split_target("/%4") == Pair("/%4", ""));
    CHECK(split_target("/%zz%+1% 1") == Pair("/%zz%+1% 1", ""));
    CHECK(split_target("/%00") == Pair(std::string("/\0", 2), ""));
    CHECK(split_target("//evil.example/x") == Pair("//evil.example/x", ""));
    CHECK(split_target("http://a.example/x?y") == Pair("/x", "y"));
    CHECK(split_target("http://a.example?y") == Pair("", "y"));
    CHECK(split_target("http://a.example") == Pair("", ""));
    CHECK(split_target("*") == Pair("*", ""));
    CHECK(split_target("") == Pair("", ""));
}

TEST_CASE("a gateway sets a path that was split and decoded elsewhere", "[gateway]") {
    Sample sample;
    sample.environ_.set_path("/root", "/a b", "q=1");
    CHECK(sample.environ_.script_name() == "/root");
    CHECK(sample.environ_.path_info() == "/a b");
    CHECK(sample.environ_.query_string() == "q=1");
    CHECK(sample.environ_["SCRIPT_NAME"] == "/root");
}

TEST_CASE("the fields are walked through in order", "[gateway]") {
    Sample sample;
    std::string names;
    for (const HeaderField* field = sample.environ_.fields_begin();
         field != sample.environ_.fields_end(); ++field) {
        names += std::string(field->name) + " ";
    }
    CHECK(names ==
          "Host user-agent Content-Type Content-Length X-Twice Cookie x-twice cookie "
          "X_Forwarded_For Remote-Addr ");
}
