#!/usr/bin/env python3
"""Tests of amalgamate.py: each law broken once, in a temporary tree, with the exact message."""

import contextlib
import importlib.util
import io
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "amalgamate.py")

LAYERS = """\
# layer : what it may include   # what it is

core    :            # the bottom
http    : core       # the middle
flask   : core http  # the top
"""

UMBRELLA = """\
// All of it.
#pragma once

// core: the bottom
#include "core/config.hpp"
#include "core/version.hpp"
#include "core/text.hpp"
#include "http/urls.hpp"
#include "flask/app.hpp"

#if !defined(MICROFLASK_SEPARATE) || defined(MICROFLASK_IMPLEMENTATION)
#include "core/os_headers.hpp"
#include "core/text.ipp"
#include "http/urls.ipp"
#endif

#include "core/undef.hpp"
"""

FILES = {
    "LICENSE": "MIT License\n\nPermission is hereby granted.\n",
    "src/LAYERS": LAYERS,
    "src/microflask.hpp": UMBRELLA,
    "src/core/config.hpp": """\
// The switches.
#pragma once

#define MICROFLASK_CPLUSPLUS __cplusplus
#if MICROFLASK_CPLUSPLUS < 202002L
#error "microflask needs C++20"
#endif

#if defined(MICROFLASK_SEPARATE)
#define MICROFLASK_INLINE
#else
#define MICROFLASK_INLINE inline
#endif
""",
    "src/core/version.hpp": """\
// The version.
#pragma once

#define MICROFLASK_VERSION "1.2.3"
""",
    "src/core/text.hpp": """\
// Text,
// as HTTP sees it.
#pragma once

#include "core/config.hpp"

#include <string>
#include <algorithm>

// This comment belongs to the body.
namespace microflask {
\tstd::string  trim(std::string text);   // odd   spacing stays

#if 1
int one();
#endif
}  // namespace microflask
""",
    "src/core/text.ipp": """\
// The bodies of text.
#include "core/text.hpp"

#include "core/os_headers.hpp"

#include <cctype>
#include <string>

namespace microflask {
MICROFLASK_INLINE std::string trim(std::string text) { return text; }
MICROFLASK_INLINE int one() { return 1; }
}  // namespace microflask
""",
    "src/core/os_headers.hpp": """\
// The headers of the operating system.
#pragma once

#include "core/version.hpp"

#if defined(_WIN32)
#define NOMINMAX
#include <winsock2.h>
#include <windows.h>  // after winsock2
#undef NOMINMAX
#else
#  include <sys/types.h>
#endif
""",
    "src/core/undef.hpp": """\
// Removes the macros.
#pragma once

#undef MICROFLASK_CPLUSPLUS
#undef MICROFLASK_INLINE
""",
    "src/http/urls.hpp": """\
// URLs.
#pragma once

#include "core/text.hpp"

#include <string>

namespace microflask {
std::string quote(std::string text);
}  // namespace microflask
""",
    "src/http/urls.ipp": """\
// The bodies of urls.
#include "http/urls.hpp"

namespace microflask {
MICROFLASK_INLINE std::string quote(std::string text) { return trim(text); }
}  // namespace microflask
""",
    "src/flask/app.hpp": """\
// The application.
#pragma once

#include "core/text.hpp"
#include "http/urls.hpp"

#include <vector>

namespace microflask {
using App = std::vector<int>;
}  // namespace microflask
""",
}


class Tree(unittest.TestCase):
    """A temporary project, correct until a test breaks it."""

    def setUp(self):
        self.root = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.root)
        for path, text in FILES.items():
            self.write(path, text)
        shutil.copy(SCRIPT, os.path.join(self.root, "amalgamate.py"))

    def path(self, name):
        return os.path.join(self.root, *name.split("/"))

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode("utf-8"))

    def read(self, name="microflask.hpp"):
        with open(self.path(name), "rb") as file:
            return file.read().decode("utf-8")

    def replace(self, name, old, new):
        text = self.read(name)
        self.assertIn(old, text)
        self.write(name, text.replace(old, new, 1))

    def run_script(self, *arguments, cwd=None, **environment):
        return subprocess.run(
            [sys.executable, self.path("amalgamate.py"), *arguments],
            cwd=cwd or self.root,
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            universal_newlines=True,
            check=False,
        )

    def generate(self, *arguments, **options):
        result = self.run_script(*arguments, **options)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        return result.stdout

    def assert_refused(self, *messages):
        """The script exits with 2, says exactly this, and writes nothing."""
        result = self.run_script()
        self.assertEqual(result.stderr, "".join(messages))
        self.assertEqual(result.returncode, 2)
        self.assertEqual(result.stdout, "")
        self.assertFalse(os.path.exists(self.path("microflask.hpp")))


class Laws(Tree):
    def test_law_1_a_file_that_is_not_listed(self):
        self.write("src/http/dates.hpp", "// Dates.\n#pragma once\n")

        self.assert_refused(
            "src/http/dates.hpp: this file is not in src/microflask.hpp\n"
            "  why: the umbrella lists every .hpp and .ipp under src/; others would be forgotten\n"
            '  fix: add  #include "http/dates.hpp"  to src/microflask.hpp behind the files it '
            "needs, or delete the file\n"
        )

    def test_law_1_a_listed_file_that_does_not_exist(self):
        self.replace(
            "src/microflask.hpp",
            '#include "http/urls.hpp"\n',
            '#include "http/urls.hpp"\n#include "http/dates.hpp"\n',
        )

        self.assert_refused(
            'src/microflask.hpp:9: there is no "http/dates.hpp"\n'
            "  why: the umbrella lists .hpp and .ipp files under src/, by their paths from there\n"
            "  fix: take the line out, or write the file\n"
        )

    def test_law_1_a_file_listed_twice(self):
        self.replace(
            "src/microflask.hpp",
            '#include "core/text.hpp"\n',
            '#include "core/text.hpp"\n#include "core/text.hpp"\n',
        )

        self.assert_refused(
            'src/microflask.hpp:8: "core/text.hpp" is listed twice\n'
            "  why: each file is copied once; it is also at line 7\n"
            "  fix: take one of the two lines out\n"
        )

    def test_law_1_anything_but_the_list_in_the_umbrella(self):
        self.replace("src/microflask.hpp", "// core: the bottom", "#include <string>")

        self.assert_refused(
            "src/microflask.hpp:4: the umbrella may not say  #include <string>\n"
            "  why: it is a list: comments, quoted includes, and one  "
            "#if !defined(MICROFLASK_SEPARATE) || defined(MICROFLASK_IMPLEMENTATION)\n"
            "  fix: move the line into the file that it belongs to\n"
        )

    def test_law_1_bodies_in_the_interface(self):
        self.replace("src/microflask.hpp", '#include "http/urls.ipp"\n', "")
        self.replace(
            "src/microflask.hpp",
            '#include "flask/app.hpp"\n',
            '#include "flask/app.hpp"\n#include "http/urls.ipp"\n',
        )

        self.assert_refused(
            'src/microflask.hpp:10: "http/urls.ipp" stands in the interface\n'
            "  why: bodies are left out where MICROFLASK_SEPARATE is defined\n"
            "  fix: list it below  #if !defined(MICROFLASK_SEPARATE) || "
            "defined(MICROFLASK_IMPLEMENTATION)\n"
        )

    def test_law_1_a_file_behind_the_end(self):
        self.replace("src/microflask.hpp", '#include "http/urls.ipp"\n', "")
        self.write(
            "src/microflask.hpp", self.read("src/microflask.hpp") + '#include "http/urls.ipp"\n'
        )

        self.assert_refused(
            'src/microflask.hpp:17: "http/urls.ipp" stands behind the end\n'
            "  why: after the implementation comes core/undef.hpp, and nothing else\n"
            "  fix: list it with the interface, or with the implementation\n"
        )

    def test_law_1_an_implementation_without_end(self):
        self.replace("src/microflask.hpp", "#endif\n", "")

        self.assert_refused(
            "src/microflask.hpp:16: the implementation has no end\n"
            "  why: an #if needs its #endif\n"
            "  fix: write  #endif  behind the last .ipp\n"
        )

    def test_law_1_the_check_of_the_compiler_comes_first(self):
        self.replace("src/microflask.hpp", '#include "core/config.hpp"\n', "")
        self.replace(
            "src/microflask.hpp",
            '#include "core/version.hpp"\n',
            '#include "core/version.hpp"\n#include "core/config.hpp"\n',
        )

        self.assert_refused(
            'src/microflask.hpp:6: "core/config.hpp" is not the first of the list\n'
            "  why: its #error must come before anything that an old compiler does not know\n"
            "  fix: list it first\n"
        )

    def test_law_2_an_include_that_climbs(self):
        self.replace("src/http/urls.hpp", '"core/text.hpp"', '"../core/text.hpp"')

        self.assertIn(
            'src/http/urls.hpp:4: a file may not include "../core/text.hpp"\n'
            "  why: a project include names a .hpp by its path from src/; "
            "an .ipp is included by the umbrella alone\n"
            '  fix: write it as  #include "http/urls.hpp"\n',
            self.run_script().stderr,
        )

    def test_law_2_an_include_of_a_body(self):
        self.replace("src/http/urls.ipp", '"http/urls.hpp"', '"core/text.ipp"')

        self.assert_refused(
            'src/http/urls.ipp:2: a file may not include "core/text.ipp"\n'
            "  why: a project include names a .hpp by its path from src/; "
            "an .ipp is included by the umbrella alone\n"
            '  fix: write it as  #include "http/urls.hpp"\n'
        )

    def test_law_2_an_include_of_nothing(self):
        self.replace("src/http/urls.ipp", '"http/urls.hpp"', '"urls.hpp"')

        self.assert_refused(
            'src/http/urls.ipp:2: there is no "urls.hpp"\n'
            "  why: a project include names a .hpp by its path from src/, "
            "listed in src/microflask.hpp\n"
            "  fix: correct the name, or list the file\n"
        )

    def test_law_3_an_include_of_a_higher_layer(self):
        self.replace("src/core/text.hpp", '"core/config.hpp"', '"http/urls.hpp"')

        self.assert_refused(
            'src/core/text.hpp:5: core/ may not include "http/urls.hpp"\n'
            "  why: src/LAYERS puts under core/: nothing\n"
            "  fix: move the shared part down, or pass it in as a value or a callback\n"
        )

    def test_law_3_holds_for_bodies_too(self):
        self.replace("src/http/urls.ipp", '"http/urls.hpp"', '"flask/app.hpp"')

        self.assert_refused(
            'src/http/urls.ipp:2: http/ may not include "flask/app.hpp"\n'
            "  why: src/LAYERS puts under http/: core\n"
            "  fix: move the shared part down, or pass it in as a value or a callback\n"
        )

    def test_law_3_a_layer_that_stands_on_a_later_one(self):
        self.replace("src/LAYERS", "core    : ", "core    : http")

        self.assertIn(
            "src/LAYERS:3: core/ may not stand on http/\n"
            "  why: src/LAYERS goes from the bottom to the top, and http/ is not above this line\n"
            "  fix: list http above core, or take the permission out\n",
            self.run_script().stderr,
        )

    def test_law_3_a_file_in_no_layer(self):
        self.write("src/other/thing.hpp", "// A thing.\n#pragma once\n")
        self.replace(
            "src/microflask.hpp",
            '#include "flask/app.hpp"\n',
            '#include "flask/app.hpp"\n#include "other/thing.hpp"\n',
        )

        self.assert_refused(
            "src/other/thing.hpp: this file is in no layer\n"
            "  why: src/LAYERS names core http flask, and a file stands directly in the folder of "
            "its layer\n"
            "  fix: move the file, or give its folder a line in src/LAYERS\n"
        )

    def test_law_4_an_include_of_a_later_header(self):
        self.replace("src/core/version.hpp", "once\n", 'once\n\n#include "core/text.hpp"\n')

        self.assert_refused(
            'src/core/version.hpp:4: core/version.hpp may not include "core/text.hpp"\n'
            "  why: src/microflask.hpp lists core/text.hpp at line 7, and a file knows only those "
            "listed before it (line 6)\n"
            "  fix: list it earlier; if each needs the other, declare the class and include the "
            "header in the .ipp\n"
        )

    def test_law_5_an_include_under_an_if(self):
        self.replace("src/http/urls.hpp", "#include <string>", "#if 1\n#include <string>\n#endif")

        self.assert_refused(self.misplaced("src/http/urls.hpp:7", "#include <string>"))

    def test_law_5_an_include_with_a_comment_behind(self):
        self.replace("src/http/urls.hpp", "#include <string>", "#include <string>  // for text")

        self.assert_refused(self.misplaced("src/http/urls.hpp:6", "#include <string>  // for text"))

    def test_law_5_an_include_further_down(self):
        self.replace("src/http/urls.ipp", "namespace microflask {", "int x;\n#include <map>\nint y;")

        self.assert_refused(self.misplaced("src/http/urls.ipp:5", "#include <map>"))

    def test_law_5_the_text_of_an_include_in_a_raw_string_or_a_comment(self):
        for text in ('auto text = R"(', "/*"):
            with self.subTest(text):
                self.write("src/http/urls.ipp", FILES["src/http/urls.ipp"])
                self.replace(
                    "src/http/urls.ipp",
                    "namespace microflask {",
                    text + '\n#include "core/text.hpp"\n',
                )

                self.assert_refused(
                    self.misplaced("src/http/urls.ipp:5", '#include "core/text.hpp"')
                )

    def test_law_5_a_project_include_among_the_system_headers(self):
        self.replace("src/core/os_headers.hpp", "<sys/types.h>", '"core/text.hpp"')

        self.assert_refused(
            self.misplaced("src/core/os_headers.hpp:12", '#  include "core/text.hpp"')
        )

    def test_law_5_a_comment_among_the_includes(self):
        self.replace("src/http/urls.hpp", "#include <string>", "// For text.\n#include <string>")

        self.assert_refused(
            "src/http/urls.hpp:6: a comment stands among the includes\n"
            "  why: the includes are gathered elsewhere, so it would be lost or misplaced\n"
            "  fix: move it into the comment at the top, or below the last include\n"
        )

    def misplaced(self, place, line):
        return (
            "%s: an include stands outside the head: %s\n"
            "  why: includes stand at the top of the file, under no #if, one per line, with "
            "nothing behind them; in a body they are not expanded, not even in a string or a "
            "comment\n"
            '  fix: move it to the head; for text write "#" "include"; '
            "for a system header use core/os_headers.hpp\n" % (place, line)
        )

    def test_law_6_a_header_that_is_not_standard(self):
        for name in ("sys/types.h", "stdint.h"):
            with self.subTest(name):
                self.write("src/http/urls.ipp", FILES["src/http/urls.ipp"])
                self.replace("src/http/urls.ipp", "namespace", "#include <%s>\n\nnamespace" % name)

                self.assert_refused(
                    "src/http/urls.ipp:4: <%s> is not a C++ standard header\n"
                    "  why: only names without dot and slash exist everywhere; the operating "
                    "system's headers stay out of the interface\n"
                    "  fix: use the C++ form (<cstdint> for <stdint.h>), or put it into "
                    "core/os_headers.hpp\n" % name
                )

    def test_law_6_system_headers_in_a_header(self):
        self.replace("src/http/urls.hpp", '"core/text.hpp"', '"core/os_headers.hpp"')

        self.assert_refused(
            'src/http/urls.hpp:4: a header may not include "core/os_headers.hpp"\n'
            "  why: no header of an operating system may reach the code of users\n"
            "  fix: move what needs it into the .ipp\n",
            "src/LAYERS:4: http/ does not use core/\n"
            "  why: a permission that nobody uses hides what depends on what\n"
            '  fix: take "core" out of the line of http\n',
        )

    def test_law_6_system_headers_in_the_interface(self):
        self.replace("src/microflask.hpp", '#include "core/os_headers.hpp"\n', "")
        self.replace(
            "src/microflask.hpp",
            '#include "core/text.hpp"\n',
            '#include "core/text.hpp"\n#include "core/os_headers.hpp"\n',
        )

        self.assert_refused(
            'src/microflask.hpp:8: "core/os_headers.hpp" stands in the interface\n'
            "  why: no header of an operating system may reach the code of users\n"
            "  fix: list it first below  #if !defined(MICROFLASK_SEPARATE) || "
            "defined(MICROFLASK_IMPLEMENTATION)\n"
        )

    def test_law_7_a_file_that_does_not_say_what_it_is(self):
        self.replace("src/http/urls.hpp", "// URLs.\n", "")

        self.assert_refused(
            "src/http/urls.hpp:1: the file does not open with a comment\n"
            "  why: a reader wants one sentence that says what the file is\n"
            "  fix: write  // What it is.  in the first line\n"
        )

    def test_law_7_a_permission_that_nobody_uses(self):
        self.replace("src/flask/app.hpp", '#include "http/urls.hpp"\n', "")

        self.assert_refused(
            "src/LAYERS:5: flask/ does not use http/\n"
            "  why: a permission that nobody uses hides what depends on what\n"
            '  fix: take "http" out of the line of flask\n'
        )

    def test_law_7_a_layer_without_files(self):
        self.write("src/LAYERS", LAYERS + "extra : core\n")

        self.assert_refused(
            "src/LAYERS:6: extra/ has no files\n"
            "  why: src/LAYERS describes the house as it stands\n"
            "  fix: take the line out until there is a file\n"
        )

    def test_law_7_a_line_of_layers_that_is_not_understood(self):
        self.write("src/LAYERS", LAYERS + "what is this\n")

        self.assert_refused(
            "src/LAYERS:6: this line is not understood\n"
            "  why: a line reads  layer : layers it may include  # what it is\n"
            "  fix: write it in that form\n"
        )

    def test_law_8_a_macro_without_our_prefix(self):
        self.replace("src/http/urls.hpp", "namespace microflask {", "#define MAX_URL 1\nnamespace {")

        self.assert_refused(
            "src/http/urls.hpp:8: the macro MAX_URL does not begin with MICROFLASK_\n"
            "  why: macros know no namespaces: it would change the code of users\n"
            "  fix: use a constant or a function, or rename it\n"
        )

    def test_law_8_a_macro_that_is_left_behind(self):
        self.replace("src/core/undef.hpp", "#undef MICROFLASK_INLINE\n", "")

        self.assert_refused(
            "src/core/config.hpp:10: the macro MICROFLASK_INLINE is left behind\n"
            "  why: only MICROFLASK_VERSION*, SEPARATE, IMPLEMENTATION and HPP are public\n"
            "  fix: add  #undef MICROFLASK_INLINE  to src/core/undef.hpp\n"
        )

    def test_law_8_a_foreign_macro_among_the_system_headers_must_be_taken_back(self):
        self.replace("src/core/os_headers.hpp", "#undef NOMINMAX\n", "")

        self.assert_refused(
            "src/core/os_headers.hpp:7: the macro NOMINMAX does not begin with MICROFLASK_\n"
            "  why: macros know no namespaces: it would change the code of users\n"
            "  fix: use a constant or a function, or rename it\n"
        )

    def test_every_breach_is_reported_in_one_run(self):
        self.replace("src/http/urls.hpp", "// URLs.\n", "")
        self.replace("src/core/text.hpp", '"core/config.hpp"', '"http/urls.hpp"')

        self.assertEqual(self.run_script().stderr.count("  why: "), 2)

    def test_a_file_that_is_not_utf_8(self):
        self.write("src/http/urls.ipp", b"// URLs \xff.\n")

        self.assert_refused(
            "src/http/urls.ipp: byte 8 is not UTF-8\n"
            "  why: the header is read by compilers that expect UTF-8\n"
            "  fix: save the file as UTF-8; source is best kept ASCII\n",
            "src/http/urls.ipp:1: the file does not open with a comment\n"
            "  why: a reader wants one sentence that says what the file is\n"
            "  fix: write  // What it is.  in the first line\n",
        )

    def test_the_version_must_be_there(self):
        self.replace("src/core/version.hpp", '"1.2.3"', "123")

        self.assert_refused(
            "src/core/version.hpp: the version is not here\n"
            "  why: the first line of the header, CMake and the changelog take it from this file\n"
            '  fix: write  #define MICROFLASK_VERSION "1.2.3"  in src/core/version.hpp and list it\n'
        )


class Output(Tree):
    def test_the_whole_header(self):
        self.generate()

        def file(path):
            about, body = FILES["src/" + path].split("\n#pragma once\n\n")
            return "%s\n%s\n\n%s" % (("// ---- src/%s " % path).ljust(79, "-"), about, body)

        text = self.read()
        expected_start = (
            "// microflask 1.2.3 - Flask for C++20, in one header.\n"
            "//\n"
            "// Generated by amalgamate.py. To change it, change src/ and run the script again.\n"
            "//\n"
            "// MIT License\n"
            "//\n"
            "// Permission is hereby granted.\n"
            "\n"
            "#ifndef MICROFLASK_HPP\n"
            "#define MICROFLASK_HPP\n"
            "\n" + file("core/config.hpp") + "\n"
            "#if MICROFLASK_CPLUSPLUS >= 202002L  // the rest is C++20\n"
            "\n"
            "#include <algorithm>\n"
            "#include <string>\n"
            "#include <vector>\n"
            "\n"
            + "// ---- interface ".ljust(79, "-")
            + "\n\n"
            + file("core/version.hpp")
            + "\n"
        )
        self.assertEqual(text[: len(expected_start)], expected_start)
        self.assertIn(
            "\n" + "// ---- implementation ".ljust(79, "-") + "\n\n"
            "#if !defined(MICROFLASK_SEPARATE) || defined(MICROFLASK_IMPLEMENTATION)\n"
            "\n"
            "#include <cctype>\n"
            "\n"
            "// ---- src/core/os_headers.hpp ",
            text,
        )
        self.assertTrue(
            text.endswith(
                "#endif  // implementation\n"
                "\n" + file("core/undef.hpp") + "\n"
                "#endif  // C++20\n"
                "\n"
                "#endif  // MICROFLASK_HPP\n"
            )
        )

    def test_each_body_occurs_verbatim(self):
        self.generate()

        text = self.read()
        for path, first_line in (
            ("src/core/text.hpp", "// This comment belongs to the body."),
            ("src/core/text.ipp", "namespace microflask {"),
            ("src/core/os_headers.hpp", "#if defined(_WIN32)"),
            ("src/http/urls.hpp", "namespace microflask {"),
            ("src/http/urls.ipp", "namespace microflask {"),
            ("src/flask/app.hpp", "namespace microflask {"),
        ):
            body = FILES[path][FILES[path].index(first_line) :]
            self.assertIn("\n\n" + body + "\n", text)
        self.assertIn("\n// Text,\n// as HTTP sees it.\n\n// This comment", text)
        self.assertNotIn("#pragma once", text)
        self.assertNotIn('#include "', text)
        self.assertEqual(text.count("#include <string>"), 1)

    def test_same_sources_same_bytes(self):
        self.generate()
        first = self.read()
        os.remove(self.path("microflask.hpp"))

        for options in (
            {"cwd": "/"},
            {"PYTHONHASHSEED": "1"},
            {"PYTHONHASHSEED": "2", "LC_ALL": "C"},
            {"TZ": "Asia/Tokyo", "PYTHONUTF8": "0"},
        ):
            self.generate(**options)
            self.assertEqual(self.read(), first)
            os.remove(self.path("microflask.hpp"))

        self.assertNotIn(self.root, first)

    def test_carriage_returns_make_no_difference(self):
        self.generate()
        first = self.read()
        os.remove(self.path("microflask.hpp"))
        for path, text in FILES.items():
            self.write(path, text.replace("\n", "\r\n"))

        self.generate()

        self.assertEqual(self.read(), first)
        self.assertNotIn("\r", first)

    def test_blank_lines_and_a_missing_end_of_line_make_no_difference(self):
        self.generate()
        first = self.read()
        for path, text in FILES.items():
            self.write(path, text.rstrip("\n") if path.endswith("hpp") else text + "\n\n")

        self.generate()

        self.assertEqual(self.read(), first)

    def test_writes_only_on_change(self):
        self.assertEqual(
            self.generate(),
            "microflask.hpp: written, 9 files, %d lines\n" % self.read().count("\n"),
        )
        os.utime(self.path("microflask.hpp"), (1, 1))

        self.assertIn("microflask.hpp: unchanged, ", self.generate())
        self.assertEqual(os.stat(self.path("microflask.hpp")).st_mtime, 1)

        self.replace("src/http/urls.ipp", "return trim(text);", "return text;")
        self.assertIn("microflask.hpp: written, ", self.generate())
        self.assertNotEqual(os.stat(self.path("microflask.hpp")).st_mtime, 1)

    def test_writes_elsewhere(self):
        out = self.path("elsewhere.hpp")

        self.generate("-o", out)

        self.assertFalse(os.path.exists(self.path("microflask.hpp")))
        self.generate()
        self.assertEqual(self.read("elsewhere.hpp"), self.read())


class Check(Tree):
    def test_says_yes_to_a_fresh_header(self):
        self.generate()

        self.assertEqual(self.generate("--check"), "microflask.hpp is up to date\n")

    def test_shows_what_is_stale_and_touches_nothing(self):
        self.generate()
        os.utime(self.path("microflask.hpp"), (1, 1))
        before = self.read()
        self.replace("src/http/urls.ipp", "return trim(text);", "return text;")

        result = self.run_script("--check")

        self.assertEqual(result.returncode, 1)
        self.assertTrue(
            result.stdout.endswith("\nmicroflask.hpp is stale: run python3 amalgamate.py\n")
        )
        self.assertIn("\n-MICROFLASK_INLINE std::string quote", result.stdout)
        self.assertIn("\n+MICROFLASK_INLINE std::string quote", result.stdout)
        self.assertEqual(self.read(), before)
        self.assertEqual(os.stat(self.path("microflask.hpp")).st_mtime, 1)

    def test_the_difference_has_at_most_40_lines(self):
        result = self.run_script("--check")  # there is no header at all

        self.assertEqual(result.returncode, 1)
        self.assertEqual(len(result.stdout.splitlines()), 41)
        self.assertFalse(os.path.exists(self.path("microflask.hpp")))

    def test_other_line_ends_are_stale(self):
        self.generate()
        self.write("microflask.hpp", self.read().replace("\n", "\r\n"))

        self.assertEqual(self.run_script("--check").returncode, 1)

    def test_a_broken_law_is_2(self):
        self.generate()
        self.replace("src/http/urls.hpp", "// URLs.\n", "")

        self.assertEqual(self.run_script("--check").returncode, 2)


class Where(Tree):
    def test_finds_every_line_of_every_body(self):
        self.generate()
        spec = importlib.util.spec_from_file_location("amalgamate", self.path("amalgamate.py"))
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        header = self.read().split("\n")
        for path, text in FILES.items():
            if not path.endswith(("hpp", "ipp")) or path == "src/microflask.hpp":
                continue
            lines = text.split("\n")
            start = header.index(("// ---- %s " % path).ljust(79, "-"))
            number = start + 1
            while number + 1 < len(header) and not header[number].startswith("// ---- "):
                number += 1
                output = io.StringIO()
                with contextlib.redirect_stdout(output):
                    self.assertEqual(script.main(["--where", str(number)]), 0)
                result = output.getvalue().strip()
                if ":" not in result:
                    continue
                name, line = result.split(":")
                if name == path and number - 1 != start:
                    self.assertEqual(header[number - 1], lines[int(line) - 1])
                    lines[int(line) - 1] = None
            body = [l for l in lines if l and not l.startswith(("#include", "#pragma"))]
            self.assertEqual(body, [], path)

    def test_finds_includes_the_license_and_banners(self):
        self.generate()
        header = self.read().split("\n")

        def where(line):
            return self.generate("--where", str(header.index(line) + 1)).strip()

        self.assertEqual(where("#include <vector>"), "src/flask/app.hpp:7")
        self.assertEqual(where("// Permission is hereby granted."), "LICENSE:3")
        self.assertEqual(where("// ---- src/http/urls.ipp ".ljust(79, "-")), "src/http/urls.ipp:1")
        self.assertEqual(
            where("#ifndef MICROFLASK_HPP"), "amalgamate.py (this line is in no source file)"
        )

    def test_refuses_a_line_that_is_not_there(self):
        self.generate()
        count = self.read().count("\n")

        for number in (0, -1, count + 1):
            result = self.run_script("--where=%d" % number)
            self.assertEqual(result.returncode, 2)
            self.assertEqual(
                result.stderr,
                "microflask.hpp:%d: there is no such line\n"
                "  why: the header has %d lines\n"
                "  fix: ask for one of them\n" % (number, count),
            )

    def test_says_when_the_header_is_stale(self):
        result = self.run_script("--where", "1")

        self.assertEqual(result.returncode, 0)
        self.assertIn("microflask.hpp is stale", result.stderr)


if __name__ == "__main__":
    unittest.main()
