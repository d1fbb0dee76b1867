#include "routing/converters.hpp"

#include "flask/app.hpp"
#include "flask/helpers.hpp"
#include "flask/testing.hpp"
#include "support/catch.hpp"

#include <string>
#include <vector>

using namespace microflask;

namespace {

struct ListConverter {
    std::vector<std::string> to_cpp(std::string_view text) const {
        std::vector<std::string> parts(1);
        for (const char c : text) {
            if (c == ',') {
                parts.emplace_back();
            } else {
                parts.back() += c;
            }
        }
        return parts;
    }
    std::string to_url(const std::vector<std::string>& parts) const {
        std::string text;
        for (const std::string& part : parts) text += (text.empty() ? "" : ",") + part;
        return text;
    }
};

/// Looks at the context while a URL is matched.
struct ContextConverter {
    std::string to_cpp(std::string_view text) const {
        if (!request || session.contains("missing")) return "no context";
        return std::string(request->path()) + ":" + std::string(text);
    }
    std::string to_url(const std::string& value) const { return value; }
};

}  // namespace

TEST_CASE("a converter of one's own reads and writes its part of the URL", "[flask][converters]") {
    Flask app;
    app.url_map().converters().add<ListConverter>("list");
    const auto index = app.get("/<list:args>", [](std::vector<std::string> args) {
        std::string text;
        for (const std::string& part : args) text += (text.empty() ? "" : "|") + part;
        return text;
    });
    CHECK(app.test_client().get("/1,2,3").text() == "1|2|3");
    const auto context = app.test_request_context();
    CHECK(url_for("args", {{"args", Json::array({"4", "5", "6"})}}) == "/4,5,6");
}

TEST_CASE("a converter sees the context of the request", "[flask][converters]") {
    Flask app;
    app.secret_key("dev");
    app.url_map().converters().add<ContextConverter>("ctx");
    app.get("/<ctx:name>", [](std::string name) { return name; });
    CHECK(app.test_client().get("/admin").text() == "/admin:admin");
}
