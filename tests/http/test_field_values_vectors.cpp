// Field values: vectors made by running Werkzeug.
#include "http/field_values.hpp"

#include "support/catch.hpp"

#include <string>
#include <string_view>
#include <utility>

using namespace microflask;

TEST_CASE("parameters are read as in Werkzeug", "[http]") {
    const std::pair<std::string_view, HeaderOptions> cases[] = {
        {"v;a=\"b\\\"c\";d=e", {{"a", "b\"c"}, {"d", "e"}}},
        {"v;a=\"c:\\\\\"", {{"a", "c:\\"}}},
        {"v;a=\"c:\\\"", {}},
        {"v;a=\"b%22c\"", {{"a", "b\"c"}}},
        {"v;a*=UTF-8''%C2%B5", {{"a", "\xC2\xB5"}}},
        {"v;a*=iso-8859-1'en'%B5", {{"a", "\xC2\xB5"}}},
        {"v;a*=koi8-r''%C2", {{"a", "%C2"}}},
        {"v;a*0=b;a*1=c", {{"a", "bc"}}},
        {"v;a*0*=UTF-8''b;a*1=c;a*2*=%C2%B5", {{"a", "bc\xC2\xB5"}}},
        {"v;a", {}},
        {"v;a=", {}},
        {"v;=b", {}},
        {"v; NAME=\"x\"", {{"name", "x"}}},
        {"v; a=\"1;2\"; b=3", {{"a", "1;2"}, {"b", "3"}}},
        {"v;a=1;a=2", {{"a", "2"}}},
        {"v;a=\"\"", {{"a", ""}}},
    };
    for (const auto& [field, options] : cases) {
        CAPTURE(field);
        CHECK(parse_options_header(field).first == "v");
        CHECK(parse_options_header(field).second == options);
    }
    CHECK(parse_options_header(";a=b").second.empty());
    std::string many = "v";
    for (int i = 0; i < 5000; ++i) many += ";p" + std::to_string(i) + "=x";
    CHECK(parse_options_header(many).second.size() == 64);
}

TEST_CASE("values are quoted and unquoted as in Werkzeug", "[http]") {
    for (const std::string_view name :
         {"a b.txt", "(x).txt", "x;y.txt", "a=b.txt", "a/b.txt", "tab\tx.txt", ""}) {
        CAPTURE(name);
        CHECK(quote_header_value(name) == "\"" + std::string(name) + "\"");
        CHECK(unquote_header_value(quote_header_value(name)) == name);
    }
    CHECK(quote_header_value("it's!.txt") == "it's!.txt");
    CHECK(quote_header_value("a\"b\\c") == "\"a\\\"b\\\\c\"");
    CHECK(quote_header_value("token", false) == "\"token\"");
    CHECK(unquote_header_value("\"a\\d\"") == "ad");
    CHECK(unquote_header_value("\"") == "\"");
}
