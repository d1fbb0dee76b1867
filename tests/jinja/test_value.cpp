// Values of C++ as templates see them: every shape that a context takes.
#include "jinja/value.hpp"

#include "jinja/render.hpp"
#include "support/catch.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

using microflask::Context;
using microflask::Json;
using microflask::Markup;
using microflask::TemplateArguments;
using microflask::TemplateRuntimeError;
using microflask::TemplateType;
using microflask::TemplateValue;
using microflask::UndefinedError;
using microflask::test::render;

namespace shop {

struct Product {
    std::string name;
    double price = 0;
};

struct Order {
    int number = 0;
    std::vector<Product> products;
    std::optional<std::string> note;
    std::map<std::string, int> amounts;
    std::shared_ptr<Product> favourite;
    Json extra;
    Markup badge;

    double total() const {
        double sum = 0;
        for (const Product& product : products) sum += product.price;
        return sum;
    }
    const Product& product(int index) const { return products[static_cast<std::size_t>(index)]; }
    std::string describe(const std::string& prefix, std::optional<int> count) const {
        return prefix + std::to_string(number + count.value_or(0));
    }
};

void expose(TemplateType<Product>& type) {
    type.member("name", &Product::name).member("price", &Product::price);
    type.text([](const Product& product) { return "<" + product.name + ">"; });
}

void expose(TemplateType<Order>& type) {
    type.member("number", &Order::number)
        .member("products", &Order::products)
        .member("note", &Order::note)
        .member("amounts", &Order::amounts)
        .member("favourite", &Order::favourite)
        .member("extra", &Order::extra)
        .member("badge", &Order::badge)
        .member("total", &Order::total)
        .member("first", [](const Order& order) { return order.products.front(); })
        .method("product", &Order::product)
        .method("describe", &Order::describe)
        .method("costs", [](const Order& order, const Product& product) {
            return order.total() >= product.price;
        });
}

Order make_order() {
    Order order;
    order.number = 7;
    order.products = {{"tea", 2.5}, {"cup", 4}};
    order.note = "quick";
    order.amounts = {{"cup", 1}, {"tea", 3}};
    order.favourite = std::make_shared<Product>(Product{"tea", 2.5});
    order.extra = {{"a", {1, 2}}};
    order.badge = Markup("<b>!</b>");
    return order;
}

}  // namespace shop

TEST_CASE("A context takes text, numbers, booleans and nothing", "[jinja]") {
    const std::string text = "a<b";
    const char* const pointer = "c";
    const std::string_view view = "d";
    CHECK(render("{{ x }}", {{"x", text}}) == "a<b");
    CHECK(render("{{ x }}", {{"x", std::string("moved")}}) == "moved");
    CHECK(render("{{ x }}", {{"x", "literal"}}) == "literal");
    CHECK(render("{{ x }}", {{"x", pointer}}) == "c");
    CHECK(render("{{ x }}", {{"x", view}}) == "d");
    CHECK(render("{{ x }}", {{"x", static_cast<const char*>(nullptr)}}) == "None");
    CHECK(render("{{ a }} {{ b }} {{ c }} {{ d }} {{ e }}",
                 {{"a", 1}, {"b", 2.0}, {"c", true}, {"d", nullptr}, {"e", std::size_t{3}}}) ==
          "1 2.0 True None 3");
    CHECK(render("{{ x }} {{ x == x }}", {{"x", UINT64_MAX}}) == "18446744073709551615 True");
    CHECK(render("{{ x + 1 }}", {{"x", UINT64_MAX}}) ==
          "OverflowError: an integer of a template has at most 64 bits");
}

TEST_CASE("A context takes Json, as a variable and as a whole", "[jinja]") {
    const Json json = {{"name", "Ann"}, {"tags", {"x", "y"}}, {"deep", {{"n", 1.5}}}};
    CHECK(render("{{ u.name }} {{ u.tags[1] }} {{ u['deep'].n }}", {{"u", json}}) == "Ann y 1.5");
    CHECK(render("{{ name }} {{ tags }} {{ deep }}", json) == "Ann ['x', 'y'] {'n': 1.5}");
    CHECK(render("{{ u }}", {{"u", Json()}}) == "None");
    CHECK(render("{{ u }}", {{"u", Json(5)}}) == "5");
    CHECK(render("{{ name }}", Json{{"name", "Bob"}}) == "Bob");
    CHECK_THROWS_AS(Context(Json(5)), TemplateRuntimeError);
    CHECK(Context(Json()).empty());
}

TEST_CASE("A context takes braces within braces", "[jinja]") {
    CHECK(render("{{ posts }}", {{"posts", {{"a", 1}}}}) == "{'a': 1}");
    CHECK(render("{{ posts }}", {{"posts", {{{"a", 1}}, {{"a", 2}}}}}) == "[{'a': 1}, {'a': 2}]");
    CHECK(render("{{ l }}", {{"l", {1, 2.5, "x", nullptr, true}}}) == "[1, 2.5, 'x', None, True]");
    CHECK(render("{{ l }}", {{"l", {"a", "b"}}}) == "['a', 'b']");
    CHECK(render("{{ l }}", {{"l", {}}}) == "{}");
    CHECK(render("{{ d.u.name }}", {{"d", {{"u", shop::Product{"tea", 1}}, {"n", 1}}}}) == "tea");
    CHECK(render("{{ a }}{{ b }}", {{"a", 1}, {"b", "x"}}) == "1x");
}

TEST_CASE("A context takes ranges, maps, tuples and optionals", "[jinja]") {
    CHECK(render("{{ x }}", {{"x", std::vector<int>{1, 2}}}) == "[1, 2]");
    CHECK(render("{{ x }}", {{"x", std::vector<std::string>{"a", "b"}}}) == "['a', 'b']");
    CHECK(render("{{ x }}", {{"x", std::vector<bool>{true, false}}}) == "[True, False]");
    CHECK(render("{{ x }}", {{"x", std::vector<Json>{1, "a"}}}) == "[1, 'a']");
    CHECK(render("{{ x }}", {{"x", std::vector<TemplateValue>{1, "a"}}}) == "[1, 'a']");
    CHECK(render("{{ x }}", {{"x", std::map<std::string, int>{{"a", 1}}}}) == "{'a': 1}");
    CHECK(render("{{ x[2] }}", {{"x", std::map<int, std::string>{{2, "two"}}}}) == "two");
    CHECK(render("{{ x.a }}", {{"x", std::unordered_map<std::string, double>{{"a", 1}}}}) == "1.0");
    CHECK(render("{{ x }}", {{"x", std::make_pair(1, std::string("a"))}}) == "(1, 'a')");
    CHECK(render("{{ x }}", {{"x", std::make_tuple(1, 2.0, "c")}}) == "(1, 2.0, 'c')");
    CHECK(render("{{ x }}", {{"x", std::optional<int>(3)}}) == "3");
    CHECK(render("{{ x }}", {{"x", std::optional<std::string>()}}) == "None");
    CHECK(render("{{ x }}", {{"x", std::vector<std::vector<std::string>>{{"a"}, {}}}}) ==
          "[['a'], []]");
}

TEST_CASE("A Markup is not escaped, and text is", "[jinja]") {
    const Context context = {{"safe", Markup("<b>")}, {"text", "<i>"}};
    CHECK(render("{{ safe }}{{ text }}", context, true) == "<b>&lt;i&gt;");
    CHECK(render("{{ safe }}{{ text }}", context, false) == "<b><i>");
}

TEST_CASE("A class shows its members", "[jinja]") {
    const shop::Order order = shop::make_order();
    const Context context = {{"order", order}};
    CHECK(render("{{ order.number }} {{ order['number'] }} {{ order.note }} {{ order.total }}",
                 context) == "7 7 quick 6.5");
    CHECK(render("{% for p in order.products %}{{ p.name }}={{ p.price }};{% endfor %}", context) ==
          "tea=2.5;cup=4.0;");
    CHECK(render("{{ order.amounts }} {{ order.amounts.tea }} {{ order.extra.a[1] }}", context) ==
          "{'cup': 1, 'tea': 3} 3 2");
    CHECK(render("{{ order.favourite.name }} {{ order.first.name }} {{ order.product(1).name }}",
                 context) == "tea tea cup");
    CHECK(render("{{ order.describe('n', 1) }} {{ order.describe('n') }}", context) == "n8 n7");
    CHECK(render("{{ order.costs(order.products[0]) }}", context) == "True");
    CHECK(render("{{ order.products[0] }} {{ order.badge }}", context, true) ==
          "&lt;tea&gt; <b>!</b>");
    CHECK(render("{% set f = order.describe %}{{ f('x') }}", context) == "x7");
    CHECK(render("{{ order }} {{ order is callable }} {{ order == order }}", context) ==
          "<Order object> False True");
}

TEST_CASE("A member that is not there is undefined", "[jinja]") {
    const Context context = {{"order", shop::make_order()}};
    CHECK(render("{{ order.nope is defined }}{{ order.nope }}", context) == "False");
    CHECK(render("{{ order.nope.x }}", context) ==
          "UndefinedError: 'Order object' has no attribute 'nope'");
    CHECK(render("{{ order() }}", context) == "TypeError: 'Order' object is not callable");
}

TEST_CASE("Wrong arguments of a method are type errors", "[jinja]") {
    const Context context = {{"order", shop::make_order()}};
    CHECK(render("{{ order.describe(1) }}", context) == "TypeError: expected str, got int");
    CHECK(render("{{ order.describe() }}", context) ==
          "TypeError: missing a required positional argument: number 1");
    CHECK(render("{{ order.describe('a', 1, 2) }}", context) ==
          "TypeError: the function takes 2 positional arguments but 3 were given");
    CHECK(render("{{ order.describe(x=1) }}", context) ==
          "TypeError: the function got an unexpected keyword argument 'x'");
    CHECK(render("{{ order.costs(order) }}", context) == "TypeError: expected Product, got Order");
    CHECK(render("{{ order.describe(nothing) }}", context) ==
          "UndefinedError: 'nothing' is undefined");
}

TEST_CASE("Objects are kept, or referred to by pointers", "[jinja]") {
    shop::Order order = shop::make_order();
    const auto shared = std::make_shared<shop::Order>(order);
    const Context context = {{"copy", order},
                             {"pointer", &order},
                             {"reference", std::ref(order)},
                             {"constant", std::cref(order)},
                             {"shared", shared},
                             {"unique", std::make_unique<shop::Product>(shop::Product{"u", 1})},
                             {"null", static_cast<shop::Order*>(nullptr)}};
    order.number = 8;
    shared->number = 9;
    CHECK(render("{{ copy.number }}{{ pointer.number }}{{ reference.number }}"
                 "{{ constant.number }}{{ shared.number }}{{ unique.name }}{{ null }}",
                 context) == "78889uNone");
}

TEST_CASE("Vectors and maps of classes are kept as they are", "[jinja]") {
    const Context context = {{"list", std::vector<shop::Product>{{"a", 1}, {"b", 2}}},
                             {"map", std::map<std::string, shop::Product>{{"x", {"c", 3}}}},
                             {"pointers",
                              std::vector<std::shared_ptr<shop::Product>>{
                                  std::make_shared<shop::Product>(shop::Product{"d", 4}), nullptr}},
                             {"maybe", std::optional<shop::Product>(shop::Product{"e", 5})}};
    CHECK(render("{{ list|map(attribute='name')|join(',') }} {{ map.x.name }} "
                 "{{ pointers[0].name }}{{ pointers[1] }} {{ maybe.name }}",
                 context) == "a,b c dNone e");
}

TEST_CASE("Functions of C++ are called with what they take", "[jinja]") {
    const Context context = {
        {"add", [](int a, double b) { return a + b; }},
        {"greet",
         [](const std::string& name, std::optional<std::string> greeting) {
             return greeting.value_or("hello") + " " + name;
         }},
        {"total",
         [](const std::vector<int>& numbers) {
             int sum = 0;
             for (const int number : numbers) sum += number;
             return sum;
         }},
        {"keys", [](const std::map<std::string, Json>& map) { return map.size(); }},
        {"nothing_at_all", [] {}},
        {"product",
         [] {
             return shop::Product{"made", 1};
         }},
        {"price", [](const shop::Product& product) { return product.price; }},
        {"is_null", [](const shop::Product* product) { return product == nullptr; }},
        {"all",
         [](const TemplateArguments& arguments) {
             std::string text = std::to_string(arguments.size());
             if (const TemplateValue* named = arguments.find("named")) text += named->to_text();
             return text;
         }},
        {"same", [](TemplateValue value) { return value; }},
        {"bold", [](const Markup& text) { return Markup("<b>" + text.str() + "</b>"); }},
        {"json", [](const Json& json) { return json.dump(); }}};
    CHECK(render("{{ add(1, 2) }} {{ add(true, 0.5) }}", context) == "3.0 1.5");
    CHECK(render("{{ greet('Ann') }} {{ greet('Ann', 'hi') }} {{ greet('Ann', none) }}", context) ==
          "hello Ann hi Ann hello Ann");
    CHECK(render("{{ total([1, 2]) }} {{ total(range(4)) }} {{ total((5,)) }}", context) ==
          "3 6 5");
    CHECK(render("{{ keys({'a': 1, 'b': [2]}) }}{{ nothing_at_all() }}", context) == "2None");
    CHECK(render("{{ product().name }} {{ price(product()) }} {{ is_null(none) }}", context) ==
          "made 1.0 True");
    CHECK(render("{{ all(1, 2, named='x') }} {{ same([1]) }}", context) == "2x [1]");
    CHECK(render("{{ bold('<') }}{{ bold('<'|safe) }}", context, true) == "<b>&lt;</b><b><</b>");
    CHECK(render("{{ json({'a': (1, none)}) }}", context) == "{\"a\":[1,null]}");
    CHECK(render("{{ add('a', 1) }}", context) == "TypeError: expected int, got str");
    CHECK(render("{{ total(5) }}", context) == "TypeError: 'int' object is not iterable");
    CHECK(render("{{ price(5) }}", context) == "TypeError: expected Product, got int");
    CHECK(render("{{ json(nope) }}", context) ==
          "TypeError: Object of type Undefined is not JSON serializable");
}

TEST_CASE("A number that does not fit a parameter is an error", "[jinja]") {
    const Context context = {{"small", [](signed char c) { return static_cast<int>(c); }},
                             {"count", [](unsigned n) { return n; }}};
    CHECK(render("{{ small(127) }} {{ count(0) }}", context) == "127 0");
    CHECK(render("{{ small(128) }}", context) == "OverflowError: 128 does not fit the parameter");
    CHECK(render("{{ count(-1) }}", context) == "OverflowError: -1 does not fit the parameter");
}

TEST_CASE("A value is read as what it is", "[jinja]") {
    CHECK(TemplateValue(5).get<int>() == 5);
    CHECK(TemplateValue(5).get<double>() == 5.0);
    CHECK(TemplateValue("x").get<std::string>() == "x");
    CHECK(TemplateValue(true).get<bool>());
    CHECK(TemplateValue().get<std::optional<int>>() == std::nullopt);
    CHECK(TemplateValue({1, 2}).get<std::vector<int>>() == std::vector<int>{1, 2});
    CHECK(TemplateValue({{"a", 1}}).get<Json>() == Json{{"a", 1}});
    CHECK(TemplateValue(shop::Product{"tea", 1}).get<shop::Product>().name == "tea");
    CHECK(TemplateValue({1, "a"}).to_text() == "[1, 'a']");
    CHECK(TemplateValue(Markup("x")).is_markup());
    CHECK(TemplateValue(1.5).type_name() == "float");
    CHECK_THROWS_AS(TemplateValue(5).get<std::string>(), TemplateRuntimeError);
    CHECK_THROWS_AS(TemplateValue("5").get<int>(), TemplateRuntimeError);
    CHECK_THROWS_AS(TemplateValue::undefined_name("x").get<int>(), UndefinedError);
}

TEST_CASE("Lists and dicts of a template are shared, and taken apart when they hold themselves",
          "[jinja]") {
    CHECK(render("{% set a = [] %}{% set b = [a] %}{% set x = a.append(b) %}{{ a }}") ==
          "[[[...]]]");
    CHECK(render("{% set ns = namespace() %}{% set ns.x = [ns] %}{{ ns.x[0].x|length }}") == "1");
}

TEST_CASE("What is nested too deeply is an error, and no crash", "[jinja]") {
    const std::string nest =
        "{% set ns = namespace(l=[]) %}{% for i in range(50000) %}"
        "{% set ns.l = OPEN %}{% endfor %}";
    const auto nested = [&](std::string_view open, std::string_view use) {
        std::string source = nest;
        source.replace(source.find("OPEN"), 4, open);
        return render(source + std::string(use)).substr(0, 15);
    };
    CHECK(nested("[ns.l]", "done") == "done");
    CHECK(nested("(ns.l,)", "{{ ns.l }}") == "RecursionError:");
    CHECK(nested("(ns.l,)", "{{ {ns.l: 1} }}") == "RecursionError:");
    CHECK(nested("[ns.l]", "{{ ns.l == [ns.l] }}") == "RecursionError:");
    CHECK(nested("[ns.l]", "{{ ns.l|tojson }}") == "RecursionError:");
    CHECK(nested("ns.l|map('string')", "{{ ns.l|list }}") == "RecursionError:");
    CHECK(nested("ns.l|unique", "{{ ns.l|list }}") == "RecursionError:");
}

TEST_CASE("Repetition is bounded", "[jinja]") {
    CHECK(render("{{ ('a' * 1000000000)|length }}") ==
          "MemoryError: the text would become too long");
    CHECK(render("{{ ([0] * 1000000000)|length }}") ==
          "MemoryError: the list would become too long");
    CHECK(render("{{ range(1000000000)|length }}") ==
          "OverflowError: Range too big. A template blocks ranges larger than 100000.");
    CHECK(render("{{ '%1000000000d' % 1 }}") == "MemoryError: the text would become too long");
    const microflask::Context large{{"large", std::string(70 << 20, 'x')}};
    for (const char* use :
         {"{{ [large] }}", "{{ [large]|tojson }}", "{{ [large]|pprint }}", "{{ '%s' % [large] }}",
          "{{ '{!r}'.format(large) }}", "{{ ('x' * 100).translate({120: large}) }}"}) {
        CAPTURE(use);
        CHECK(render(use, large) == "MemoryError: the text would become too long");
    }
    CHECK(render("{{ ('<' * 12000000)|tojson }}") == "MemoryError: the text would become too long");
    CHECK(render("{{ ('x' * 1200000)|batch(1)|list|length }}") ==
          "MemoryError: the list would become too long");
    // Lists that hold one another twice, and would be 2^60 texts.
    const std::string doubled =
        "{% set ns = namespace(l=[]) %}{% for i in range(60) %}"
        "{% set ns.l = [ns.l, ns.l] %}{% endfor %}";
    CHECK(render(doubled + "{{ ns.l == ns.l }}") == "True");
}

TEST_CASE("What holds itself is no JSON", "[jinja]") {
    CHECK(render("{% set l = [] %}{% set _ = l.append(l) %}{{ l|tojson }}") ==
          "ValueError: Circular reference detected");
    CHECK(render("{{ 9223372036854775807 + 1 }}") ==
          "OverflowError: an integer of a template has at most 64 bits");
}

TEST_CASE("Undefined values do what their kind allows", "[jinja]") {
    using microflask::UndefinedKind;
    CHECK(render("[{{ x }}{% for i in x %}{% endfor %}{{ x is defined }}]") == "[False]");
    CHECK(render("{{ x.y.z }}", {}, false, UndefinedKind::chainable).empty());
    CHECK(render("{{ x.y + 1 }}", {}, false, UndefinedKind::chainable) ==
          "UndefinedError: 'x' is undefined");
    CHECK(render("{{ x }} {{ d.y }}", {{"d", {{"a", 1}}}}, false, UndefinedKind::debug) ==
          "{{ x }} {{ no such element: dict object['y'] }}");
    CHECK(render("{{ x }}", {}, false, UndefinedKind::strict) ==
          "UndefinedError: 'x' is undefined");
    CHECK(render("{{ x == 1 }}", {}, false, UndefinedKind::strict) ==
          "UndefinedError: 'x' is undefined");
    CHECK(render("{{ x is defined }}{{ x|default('d') }}", {}, false, UndefinedKind::strict) ==
          "Falsed");
}

TEST_CASE("A context is changed by name, and takes over another", "[jinja]") {
    Context context = {{"a", 1}, {"a", 2}};
    CHECK(context.size() == 1);
    context.set("b", "x").set("a", 3);
    CHECK(context.find("a")->get<int>() == 3);
    CHECK(context.find("c") == nullptr);
    Context other;
    CHECK(other.empty());
    other.set("b", 5).set("d", nullptr).update(context);
    CHECK(other.size() == 3);
    CHECK(other.contains("d"));
    CHECK(render("{{ a }}{{ b }}{{ d }}", other) == "3xNone");
}

TEST_CASE("What a filter does later keeps what it was given", "[jinja]") {
    CHECK(render("{{ [x, 1]|map('default', **{'default_va' ~ 'lue': 'a' ~ 'b'})|list }}") ==
          "['ab', 1]");
    CHECK(render("{% set g = ['a' ~ 'b', 'c']|map('upper') %}{% set h = g|select('ne', 'C') %}"
                 "{{ h|list }}{{ g|list }}") == "['AB'][]");
    CHECK(render("{{ {'a' ~ 'b': 'c' ~ 'd'}.items()|list }}") == "[('ab', 'cd')]");
}

TEST_CASE("A value tells what it is", "[jinja]") {
    CHECK(TemplateValue().is_none());
    CHECK(TemplateValue(nullptr).is_none());
    CHECK_FALSE(TemplateValue(0).is_none());
    CHECK(TemplateValue("x").is_text());
    CHECK(TemplateValue(Markup("x")).is_text());
    CHECK_FALSE(TemplateValue(1).is_text());
    CHECK_FALSE(TemplateValue().is_undefined());
    CHECK(render("{{ kind(x) }} {{ kind(none) }} {{ kind(1) }}",
                 {{"kind", [](const TemplateValue& value) {
                       return value.is_undefined() ? "undefined" : "defined";
                   }}}) == "undefined defined defined");
    CHECK(TemplateValue("x").is_true());
    CHECK(TemplateValue(0.5).is_true());
    CHECK(TemplateValue(Json::array({0})).is_true());
    CHECK_FALSE(TemplateValue("").is_true());
    CHECK_FALSE(TemplateValue(0).is_true());
    CHECK_FALSE(TemplateValue(Json::object()).is_true());
    CHECK_FALSE(TemplateValue().is_true());
}

TEST_CASE("A function may take all arguments as they are", "[jinja]") {
    const auto tell = [](const TemplateArguments& arguments) {
        std::string told = std::to_string(arguments.size());
        for (std::size_t i = 0; i < arguments.keyword_count(); ++i) {
            told += " " + std::string(arguments.keywords()[i].name) + "=" +
                    arguments.keywords()[i].value.to_text();
        }
        return told;
    };
    CHECK(render("{{ tell() }}", {{"tell", tell}}) == "0");
    CHECK(render("{{ tell(1, [2], b='x', a=3) }}", {{"tell", tell}}) == "2 b=x a=3");
    CHECK(render("{{ tell(*[1, 2], **{'c': none}) }}", {{"tell", tell}}) == "2 c=None");
}
