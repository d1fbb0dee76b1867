#include "jinja/environment.hpp"

#include "core/errors.hpp"
#include "support/catch.hpp"

#include <string>
#include <string_view>
#include <thread>
#include <vector>

using namespace microflask;

TEST_CASE("templates are kept, and loaded anew when they changed", "[jinja][environment]") {
    Environment environment;
    auto shared = std::make_shared<DictLoader>();
    shared->set("a", "one");
    environment.loader(std::shared_ptr<BaseLoader>(shared));
    CHECK(environment.get_template("a").render() == "one");
    shared->set("a", "two");
    CHECK(environment.get_template("a").render() == "two");
    environment.options().auto_reload = false;
    shared->set("a", "three");
    CHECK(environment.get_template("a").render() == "two");
    CHECK_THROWS_AS(environment.get_template("b"), TemplateNotFound);
    CHECK(environment.select_template({"b", "a"}).name() == "a");
    CHECK_THROWS_AS(environment.select_template({"b", "c"}), TemplatesNotFound);
    Environment empty;
    CHECK_THROWS_AS(empty.get_template("a"), RuntimeError);
}

TEST_CASE("no more templates are kept than the cache has room for", "[jinja][environment]") {
    Environment environment;
    environment.options().cache_size = 2;
    environment.options().auto_reload = false;
    auto shared = std::make_shared<DictLoader>();
    for (const char* name : {"a", "b", "c"}) shared->set(name, "old");
    environment.loader(std::shared_ptr<BaseLoader>(shared));
    for (const char* name : {"a", "b", "a", "c"})
        CHECK(environment.get_template(name).render() == "old");
    for (const char* name : {"a", "b", "c"}) shared->set(name, "new");
    CHECK(environment.get_template("a").render() == "old");
    CHECK(environment.get_template("c").render() == "old");
    CHECK(environment.get_template("b").render() == "new");
}

TEST_CASE("filters, tests and globals of one's own", "[jinja][environment]") {
    Environment environment;
    environment.filters()["twice"] = [](const std::string& text) { return text + text; };
    environment.filters()["upper"] = [](const std::string& text) { return "<" + text + ">"; };
    environment.tests()["short"] = [](std::string_view text) { return text.size() < 3; };
    environment.globals()["limit"] = 7;
    environment.globals()["add"] = [](int a, int b) { return a + b; };
    CHECK(environment.from_string("{{ 'ab'|twice|upper }}").render() == "<abab>");
    CHECK(environment.from_string("{{ 'ab' is short }}{{ 'abc' is short }}").render() ==
          "TrueFalse");
    CHECK(environment.from_string("{{ limit }}{{ add(1, b) }}").render({{"b", 2}}) == "73");
    CHECK(environment.from_string("{{ limit }}").render({{"limit", "mine"}}) == "mine");
    CHECK(environment.from_string("{{ ['a', 'b']|map('twice')|join }}").render() == "aabb");
}

TEST_CASE("what a template exports can be called", "[jinja][environment]") {
    Environment environment;
    environment.loader(DictLoader{
        {"lib",
         "{% set version = 3 %}{% macro greet(who, end='!') %}Hi {{ who }}{{ end }}{% endmacro %}"
         "{% macro twice(who) %}{{ greet(who) }}{{ greet(who, '?') }}{% endmacro %}"}});
    const TemplateAttribute greet = environment.get_template("lib").attribute("greet");
    CHECK(greet("Ann") == "Hi Ann!");
    CHECK(greet("Bob", ".") == "Hi Bob.");
    CHECK(environment.get_template("lib").attribute("twice")("C") == "Hi C!Hi C?");
    CHECK(environment.get_template("lib").attribute("version").value().to_text() == "3");
    CHECK_THROWS_AS(environment.get_template("lib").attribute("none"), UndefinedError);
}

TEST_CASE("all templates are checked at once", "[jinja][environment]") {
    Environment environment;
    environment.loader(
        DictLoader{{"good", "{{ 1 }}"}, {"bad", "\n\n{{ "}, {"worse", "{{ x|nope }}"}});
    const std::vector<TemplateSyntaxError> errors = environment.compile_all();
    REQUIRE(errors.size() == 2);
    CHECK(errors[0].name() == "bad");
    CHECK(errors[0].lineno() == 3);
    CHECK(errors[1].type_name() == "TemplateAssertionError");
}

TEST_CASE("many threads render one template", "[jinja][environment]") {
    Environment environment;
    environment.loader(
        DictLoader{{"page",
                    "{% extends 'base' %}{% import 'lib' as lib %}"
                    "{% block b %}{% for x in xs %}{{ lib.m(x) }}{% endfor %}{% endblock %}"},
                   {"base", "<{% block b %}{% endblock %}>"},
                   {"lib", "{% macro m(x) %}{{ x|string|upper }}{% endmacro %}"}});
    const Context context{{"xs", Json::array({1, "a", 2})}};
    std::vector<std::thread> threads;
    std::vector<int> right(4, 0);
    for (int& count : right) {
        threads.emplace_back([&environment, &context, &count] {
            for (int i = 0; i < 200; ++i) {
                if (environment.get_template("page").render(context) == "<1A2>") ++count;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(right == std::vector<int>(4, 200));
}
