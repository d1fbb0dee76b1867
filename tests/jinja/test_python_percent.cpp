// Python's `%`.
#include "jinja/python_percent.hpp"

#include "jinja/render.hpp"
#include "support/catch.hpp"

using microflask::test::check_rendered;

TEST_CASE("Values are put into their places", "[jinja]") {
    check_rendered({
        {"{{ '%s %r %a' % ('a', 'b', 'c') }}", "a 'b' 'c'"},
        {"{{ '%d %i %5d|%-5d|%05d %+d % d' % (1, 2, 3, 4, 5, 6, 7) }}",
         "1 2     3|4    |00005 +6  7"},
        {"{{ '%x %X %o %#x %c %c %%' % (255, 255, 8, 255, 65, 'z') }}", "ff FF 10 0xff A z %"},
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
    check_rendered({
        {"{{ '%s' % (1, 2) }}", "TypeError: not all arguments converted during string formatting"},
        {"{{ '%s %s' % 1 }}", "TypeError: not enough arguments for format string"},
        {"{{ '%d' % 'a' }}", "TypeError: %d format: a real number is required, not str"},
        {"{{ '%(a)s' % 1 }}", "TypeError: format requires a mapping"},
        {"{{ '%(a)s' % {} }}", "KeyError: 'a'"},
        {"{{ '%z' % 1 }}", "ValueError: unsupported format character 'z' (0x7a) at index 1"},
        {"{{ '%' % 1 }}", "ValueError: incomplete format"},
    });
}
