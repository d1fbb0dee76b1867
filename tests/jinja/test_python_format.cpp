// Python's format() and str.format.
#include "jinja/python_format.hpp"

#include "jinja/render.hpp"
#include "support/catch.hpp"

using microflask::test::check_rendered;

TEST_CASE("Numbers are formatted by a specification", "[jinja]") {
    check_rendered({
        {"{{ '{:5}|{:<5}|{:^5}|{:>5}|{:05}|{:+}|{: }'.format(1,2,3,4,5,6,7) }}",
         "    1|2    |  3  |    4|00005|+6| 7"},
        {"{{ '{:,} {:_} {:x} {:#X} {:b} {:o} {:c}'.format(1234567, 1234567, 255, 255, "
         "5, 8, 65) }}",
         "1,234,567 1_234_567 ff 0XFF 101 10 A"},
        {"{{ '{:.2f} {:10.3e} {:g} {:%} {:.3} {:n}'.format(3.14159, 12345.678, "
         "0.0001, 0.25, 2.0, 5) }}",
         "3.14  1.235e+04 0.0001 25.000000% 2.0 5"},
        {"{{ '{:08.2f} {:+,.1f} {:*^9}'.format(-3.14159, 12345.67, 'ab') }}",
         "-0003.14 +12,345.7 ***ab****"},
        {"{{ '{:.2s}'.format('abc') }}", "ab"},
        {"{{ '{:d}'.format('a') }}",
         "ValueError: Unknown format code 'd' for object of type 'str'"},
        {"{{ '{:.2d}'.format(1) }}",
         "ValueError: Precision not allowed in integer format specifier"},
        {"{{ '{:z}'.format(-0.0) }}", "0.0"},
    });
}

TEST_CASE("Fields are found by number, name, attribute and key", "[jinja]") {
    check_rendered({
        {"{{ '{} {}'.format(1, 2) }}", "1 2"},
        {"{{ '{1} {0}'.format(1, 2) }}", "2 1"},
        {"{{ '{a.name} {a[age]} {a[tags][1]}'.format(a=user) }}",
         "AttributeError: 'dict' object has no attribute 'name'"},
        {"{{ '{!r} {!s} {!a}'.format('x', 'x', greek) }}",
         "'x' x 'Gr\\xfc\\xdfe \\u03a9\\u03bc\\u03ad\\u03b3\\u03b1'"},
        {"{{ '{:{}}|'.format('a', 4) }}", "a   |"},
        {"'{{}}'.format()",
         "TemplateSyntaxError: Expected an expression, got 'end of print statement'"},
        {"{{ '{}'.format() }}",
         "IndexError: Replacement index 0 out of range for positional args tuple"},
        {"{{ '{0} {}'.format(1) }}",
         "ValueError: cannot switch from manual field specification to automatic "
         "field numbering"},
        {"{{ '{a}'.format() }}", "KeyError: 'a'"},
        {"{{ '{'.format() }}", "ValueError: Single '{' encountered in format string"},
        {"{{ '}'.format() }}", "ValueError: Single '}' encountered in format string"},
        {"{{ '{x}'.format_map({'x': 1}) }}", "1"},
    });
}
