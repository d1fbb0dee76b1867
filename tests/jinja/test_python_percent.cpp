// Python's `%`.
#include "jinja/python_percent.hpp"

#include "jinja/render.hpp"
#include "support/catch.hpp"

using microflask::Context;
using microflask::Json;
using microflask::test::render;
using microflask::test::Rendered;

namespace {

/// What the templates are given.
const Context& given() {
    static const Context context(Json::parse(
        R"json({"user": {"name": "Ann", "age": 41, "tags": ["x", "y"]}, "users": [{"name": "Zoe", "age": 30, "city": {"name": "Rome"}, "ok": true}, {"name": "adam", "age": 25, "city": {"name": "oslo"}, "ok": false}, {"name": "Bob", "age": 30, "city": {"name": "Oslo"}, "ok": true}], "n": [3, 1, 2], "words": ["b", "A", "c", "B"], "mixed": [1, "a", null, 2.5, true], "html": "<a href='x'>\"&\"</a>", "greek": "Gr\u00fc\u00dfe \u03a9\u03bc\u03ad\u03b3\u03b1", "long": "The quick brown fox jumps over the well-known dog."})json"));
    return context;
}

void check(bool autoescape, std::initializer_list<Rendered> all) {
    for (const Rendered& one : all) {
        INFO(one.source);
        CHECK(render(one.source, given(), autoescape) == one.result);
    }
}

}  // namespace

TEST_CASE("Values are put into their places", "[jinja]") {
    check(false, {
                     {"{{ '%s %r %a' % ('a', 'b', 'c') }}", "a 'b' 'c'"},
                     {"{{ '%d %i %5d|%-5d|%05d %+d % d' % (1, 2, 3, 4, 5, 6, 7) }}",
                      "1 2     3|4    |00005 +6  7"},
                     {"{{ '%x %X %o %#x %c %c %%' % (255, 255, 8, 255, 65, 'z') }}",
                      "ff FF 10 0xff A z %"},
                     {"{{ '%f %.2f %e %g' % (3.14159, 3.14159, 12345.678, 0.0001) }}",
                      "3.141590 3.14 1.234568e+04 0.0001"},
                     {"{{ '%(a)s %(b)d' % {'a': 1, 'b': 2} }}", "1 2"},
                     {"{{ '%*d|%.*f' % (5, 1, 2, 3.14159) }}", "    1|3.14"},
                     {"{{ '%.2s' % 'abc' }}", "ab"},
                     {"{{ '%s' % [1] }}", "[1]"},
                     {"{{ '%d' % 3.7 }}", "3"},
                 });
}

TEST_CASE("What does not fit is an error", "[jinja]") {
    check(false,
          {
              {"{{ '%s' % (1, 2) }}",
               "TypeError: not all arguments converted during string formatting"},
              {"{{ '%s %s' % 1 }}", "TypeError: not enough arguments for format string"},
              {"{{ '%d' % 'a' }}", "TypeError: %d format: a real number is required, not str"},
              {"{{ '%(a)s' % 1 }}", "TypeError: format requires a mapping"},
              {"{{ '%(a)s' % {} }}", "KeyError: 'a'"},
              {"{{ '%z' % 1 }}", "ValueError: unsupported format character 'z' (0x7a) at index 1"},
              {"{{ '%' % 1 }}", "ValueError: incomplete format"},
          });
}
