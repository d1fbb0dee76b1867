#!/usr/bin/env python3
"""Joins src/ into microflask.hpp, the one header that users copy.

src/microflask.hpp (the umbrella) lists every source file in order. This script verifies that list
and the laws of the house (docs/architecture.md), and then copies; it never sorts, expands or
rewrites a body. A source file has a head (a comment that says what it is, includes) and a body:
the comment and the body are copied to the last byte, project includes are checked and dropped,
standard includes are gathered and written once.

    python3 amalgamate.py               verify, and write microflask.hpp if it changed
    python3 amalgamate.py --check       verify, write nothing; exit 1 if microflask.hpp is stale
    python3 amalgamate.py --where 8123  the source line behind line 8123 of microflask.hpp
    python3 amalgamate.py -o PATH       write (or check, or look up) another file

Exit codes: 0 all is well; 1 the header is stale; 2 a law is broken, or the arguments are wrong.
"""

import argparse
import difflib
import os
import re
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
PRODUCT = "microflask.hpp"
UMBRELLA = "microflask.hpp"  # in src/
CONFIG = "core/config.hpp"  # written before everything else
OS_HEADERS = "core/os_headers.hpp"  # the only file whose includes may stand anywhere
UNDEF = "core/undef.hpp"  # written after everything else
VERSION = "core/version.hpp"
SWITCH = "#if !defined(MICROFLASK_SEPARATE) || defined(MICROFLASK_IMPLEMENTATION)"
STANDARD_MACRO = "MICROFLASK_CPLUSPLUS"  # defined by CONFIG: the language the compiler speaks
STANDARD = 202002
DIFF_LINES = 40

INCLUDE = re.compile(r'#include (?:<([^<>"]+)>|"([^"<>]+)")')
INCLUDE_TEXT = re.compile(r"(?:#|%:|\?\?=)\s*include\b")
LAYER_LINE = re.compile(r"([a-z_][a-z0-9_]*)\s*:((?:\s*[a-z_][a-z0-9_]*)*)\s*(?:#.*)?")
DEFINE = re.compile(r"\s*#\s*define\s+([A-Za-z_]\w*)")
UNDEFINE = re.compile(r"\s*#\s*undef\s+([A-Za-z_]\w*)")
PUBLIC_MACRO = re.compile(
    r"MICROFLASK_(VERSION(_[A-Z]+)?|SEPARATE|IMPLEMENTATION|HPP)"
)


class Breaches(Exception):
    """Everything that is wrong with the sources."""

    def __init__(self, breaches):
        super().__init__("the laws of src/ are broken")
        self.breaches = breaches


class Source:
    """One file of src/: what its head says, and its body."""

    def __init__(self, path):
        self.path = path  # relative to src/, with forward slashes
        self.layer = path.split("/")[0]
        self.about = []  # (line number, text)
        self.includes = []  # (line number, "standard" | "project", name)
        self.body = []  # (line number, text)


class House:
    """src/ as it stands: the layers, the umbrella's list, and every file on it."""

    def __init__(self, root):
        self.root = root
        self.breaches = []
        self.layers = {}  # name -> layers it may include
        self.layer_lines = {}  # name -> line number in LAYERS
        self.interface = []  # paths, in order
        self.implementation = []
        self.listed_at = {}  # path -> line number in the umbrella
        self.has_undef = False
        self.sources = {}  # path -> Source
        self.license = self.read_lines("LICENSE")
        self.read_layers()
        self.read_umbrella()
        self.check_list_is_complete()
        for path in self.interface + self.implementation:
            self.read_source(path)
        self.check_includes()
        self.check_permissions_are_used()
        self.check_macros()
        self.version = self.read_version()
        if self.breaches:
            raise Breaches(self.breaches)

    def breach(self, place, what, why, fix):
        self.breaches.append((place, what, why, fix))

    def read_lines(self, name):
        """Returns the lines of a file below the root, whatever its line ends; None if there is none."""
        try:
            with open(os.path.join(self.root, *name.split("/")), "rb") as file:
                text = file.read().decode("utf-8-sig")
        except FileNotFoundError:
            self.breach(
                name,
                "there is no such file",
                "microflask.hpp cannot be made without it",
                "restore " + name,
            )
            return None
        except UnicodeDecodeError as error:
            self.breach(
                name,
                "byte %d is not UTF-8" % error.start,
                "the header is read by compilers that expect UTF-8",
                "save the file as UTF-8; source is best kept ASCII",
            )
            return None
        lines = text.replace("\r\n", "\n").split("\n")
        while lines and not lines[-1].strip():
            lines.pop()
        return lines

    # ---- src/LAYERS ----------------------------------------------------------------------------

    def read_layers(self):
        for number, line in enumerate(self.read_lines("src/LAYERS") or [], 1):
            place = "src/LAYERS:%d" % number
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            match = LAYER_LINE.fullmatch(line.strip())
            if not match:
                self.breach(
                    place,
                    "this line is not understood",
                    "a line reads  layer : layers it may include  # what it is",
                    "write it in that form",
                )
                continue
            name, allowed = match.group(1), match.group(2).split()
            if name in self.layers:
                self.breach(
                    place,
                    "%s/ is listed twice" % name,
                    "a layer has one line, also at line %d" % self.layer_lines[name],
                    "join the two lines",
                )
                continue
            for other in allowed:
                if other not in self.layers:
                    self.breach(
                        place,
                        "%s/ may not stand on %s/" % (name, other),
                        "src/LAYERS goes from the bottom to the top, and %s/ is not above this line"
                        % other,
                        "list %s above %s, or take the permission out" % (other, name),
                    )
            self.layers[name] = allowed
            self.layer_lines[name] = number

    # ---- src/microflask.hpp --------------------------------------------------------------------

    def read_umbrella(self):
        lines = self.read_lines("src/" + UMBRELLA)
        if lines is None:
            return
        part = self.interface
        ended = False  # the implementation has ended
        undef_line = 0
        for number, line in enumerate(lines, 1):
            place = "src/%s:%d" % (UMBRELLA, number)
            text = line.strip()
            if not text or text.startswith("//") or text == "#pragma once":
                continue
            if text == SWITCH and part is self.interface:
                part = self.implementation
                continue
            if re.fullmatch(r"#endif\s*(//.*)?", text) and part is self.implementation and not ended:
                ended = True
                continue
            match = INCLUDE.fullmatch(text)
            path = match.group(2) if match else None
            if path is None:
                self.breach(
                    place,
                    "the umbrella may not say  " + text,
                    "it is a list: comments, quoted includes, and one  " + SWITCH,
                    "move the line into the file that it belongs to",
                )
                continue
            if path in self.listed_at:
                self.breach(
                    place,
                    '"%s" is listed twice' % path,
                    "each file is copied once; it is also at line %d" % self.listed_at[path],
                    "take one of the two lines out",
                )
                continue
            self.listed_at[path] = number
            if path == UNDEF:
                undef_line = number
                continue
            if undef_line or ended:
                self.breach(
                    place,
                    '"%s" stands behind the end' % path,
                    "after the implementation comes %s, and nothing else" % UNDEF,
                    "list it with the interface, or with the implementation",
                )
                continue
            if path.endswith(".ipp") and part is self.interface:
                self.breach(
                    place,
                    '"%s" stands in the interface' % path,
                    "bodies are left out where MICROFLASK_SEPARATE is defined",
                    "list it below  " + SWITCH,
                )
            if path == OS_HEADERS and part is self.interface:
                self.breach(
                    place,
                    '"%s" stands in the interface' % path,
                    "no header of an operating system may reach the code of users",
                    "list it first below  " + SWITCH,
                )
            if path == CONFIG and self.interface:
                self.breach(
                    place,
                    '"%s" is not the first of the list' % path,
                    "its #error must come before anything that an old compiler does not know",
                    "list it first",
                )
            part.append(path)
        if part is self.implementation and not ended:
            self.breach(
                "src/%s:%d" % (UMBRELLA, len(lines)),
                "the implementation has no end",
                "an #if needs its #endif",
                "write  #endif  behind the last .ipp",
            )
        self.has_undef = bool(undef_line)

    def check_list_is_complete(self):
        found = []
        top = os.path.join(self.root, "src")
        for folder, folders, files in os.walk(top):
            folders.sort()
            for name in sorted(files):
                path = os.path.relpath(os.path.join(folder, name), top).replace(os.sep, "/")
                if name.endswith((".hpp", ".ipp")) and path != UMBRELLA:
                    found.append(path)
        for path in found:
            parts = path.split("/")
            if len(parts) != 2 or parts[0] not in self.layers:
                self.breach(
                    "src/" + path,
                    "this file is in no layer",
                    "src/LAYERS names %s, and a file stands directly in the folder of its layer"
                    % (" ".join(self.layers) or "no layers"),
                    "move the file, or give its folder a line in src/LAYERS",
                )
            if path not in self.listed_at:
                self.breach(
                    "src/" + path,
                    "this file is not in src/" + UMBRELLA,
                    "the umbrella lists every .hpp and .ipp under src/; others would be forgotten",
                    'add  #include "%s"  to src/%s behind the files it needs, or delete the file'
                    % (path, UMBRELLA),
                )
        known = set(found)
        for path, number in self.listed_at.items():
            if path not in known:
                self.breach(
                    "src/%s:%d" % (UMBRELLA, number),
                    'there is no "%s"' % path,
                    "the umbrella lists .hpp and .ipp files under src/, by their paths from there",
                    "take the line out, or write the file",
                )
        self.interface = [path for path in self.interface if path in known]
        self.implementation = [path for path in self.implementation if path in known]
        if self.has_undef and UNDEF in known:
            self.read_source(UNDEF)
        else:
            self.has_undef = False

    # ---- one file ------------------------------------------------------------------------------

    def read_source(self, path):
        source = Source(path)
        self.sources[path] = source
        lines = self.read_lines("src/" + path) or []
        count = len(lines)

        def place(number):
            return "src/%s:%d" % (path, number)

        at = 0
        while at < count and lines[at].startswith("//"):
            source.about.append((at + 1, lines[at]))
            at += 1
        if not source.about:
            self.breach(
                place(1),
                "the file does not open with a comment",
                "a reader wants one sentence that says what the file is",
                "write  // What it is.  in the first line",
            )
        # The head ends behind its last directive: what follows, comments too, is the body.
        body_at = at
        comments = []  # those met since the last directive, by line number
        while at < count:
            text = lines[at].strip()
            if not text:
                at += 1
                continue
            if text.startswith("//"):
                comments.append(at + 1)
                at += 1
                continue
            match = INCLUDE.fullmatch(text) if lines[at] == text else None
            is_pragma = text == "#pragma once"
            if path == OS_HEADERS and match and match.group(1):
                break
            if not is_pragma and not match:
                break
            if comments:
                self.breach(
                    place(comments[0]),
                    "a comment stands among the includes",
                    "the includes are gathered elsewhere, so it would be lost or misplaced",
                    "move it into the comment at the top, or below the last include",
                )
                comments = []
            if match:
                if match.group(1):
                    source.includes.append((at + 1, "standard", match.group(1)))
                else:
                    source.includes.append((at + 1, "project", match.group(2)))
            at += 1
            body_at = at
        while body_at < count and not lines[body_at].strip():
            body_at += 1
        source.body = [(number + 1, lines[number]) for number in range(body_at, count)]
        for number, line in source.body:
            if not INCLUDE_TEXT.search(line):
                continue
            if path == OS_HEADERS and re.match(r"\s*#\s*include\s*<", line):
                continue
            self.breach(
                place(number),
                "an include stands outside the head: " + line.strip(),
                "includes stand at the top of the file, under no #if, one per line, with nothing "
                "behind them; in a body they are not expanded, not even in a string or a comment",
                'move it to the head; for text write "#" "include"; '
                "for a system header use " + OS_HEADERS,
            )

    # ---- includes ------------------------------------------------------------------------------

    def check_includes(self):
        order = self.interface + self.implementation
        position = {path: index for index, path in enumerate(order)}
        self.used = set()  # (layer, layer it includes)
        for path, source in self.sources.items():
            for number, kind, name in source.includes:
                place = "src/%s:%d" % (path, number)
                if path in (CONFIG, UNDEF):
                    self.breach(
                        place,
                        "%s may not include anything" % path,
                        "it is written before, or behind, all standard headers",
                        "move what needs the include into another file",
                    )
                elif kind == "standard":
                    self.check_standard_include(place, name)
                else:
                    self.check_project_include(place, source, name, position)

    def check_standard_include(self, place, name):
        if not re.fullmatch(r"[a-z_]+[a-z0-9_]*", name):
            self.breach(
                place,
                "<%s> is not a C++ standard header" % name,
                "only names without dot and slash exist everywhere; the operating system's headers "
                "stay out of the interface",
                "use the C++ form (<cstdint> for <stdint.h>), or put it into " + OS_HEADERS,
            )

    def check_project_include(self, place, source, name, position):
        if not name.endswith(".hpp") or name.startswith(("/", ".")) or ".." in name.split("/"):
            self.breach(
                place,
                'a file may not include "%s"' % name,
                "a project include names a .hpp by its path from src/; "
                "an .ipp is included by the umbrella alone",
                'write it as  #include "http/urls.hpp"',
            )
            return
        if name == UMBRELLA or name == UNDEF:
            self.breach(
                place,
                'a file may not include "%s"' % name,
                "it belongs to the end of the whole header",
                "include the files that are needed",
            )
            return
        if name == OS_HEADERS and not source.path.endswith(".ipp"):
            self.breach(
                place,
                'a header may not include "%s"' % name,
                "no header of an operating system may reach the code of users",
                "move what needs it into the .ipp",
            )
            return
        if name not in self.sources:
            self.breach(
                place,
                'there is no "%s"' % name,
                "a project include names a .hpp by its path from src/, listed in src/" + UMBRELLA,
                "correct the name, or list the file",
            )
            return
        layer = name.split("/")[0]
        if layer != source.layer:
            self.used.add((source.layer, layer))
            allowed = self.layers.get(source.layer, [])
            if layer not in allowed:
                self.breach(
                    place,
                    '%s/ may not include "%s"' % (source.layer, name),
                    "src/LAYERS puts under %s/: %s"
                    % (source.layer, " ".join(allowed) or "nothing"),
                    "move the shared part down, or pass it in as a value or a callback",
                )
                return
        if position[name] >= position[source.path]:
            what = "itself" if name == source.path else '"%s"' % name
            self.breach(
                place,
                "%s may not include %s" % (source.path, what),
                "src/%s lists %s at line %d, and a file knows only those listed before it (line %d)"
                % (UMBRELLA, name, self.listed_at[name], self.listed_at[source.path]),
                "list it earlier; if each needs the other, declare the class and "
                "include the header in the .ipp",
            )

    def check_permissions_are_used(self):
        layers_with_files = {source.layer for source in self.sources.values()}
        for layer, allowed in self.layers.items():
            place = "src/LAYERS:%d" % self.layer_lines[layer]
            if layer not in layers_with_files:
                self.breach(
                    place,
                    "%s/ has no files" % layer,
                    "src/LAYERS describes the house as it stands",
                    "take the line out until there is a file",
                )
                continue
            for other in allowed:
                if (layer, other) not in self.used:
                    self.breach(
                        place,
                        "%s/ does not use %s/" % (layer, other),
                        "a permission that nobody uses hides what depends on what",
                        'take "%s" out of the line of %s' % (other, layer),
                    )

    # ---- macros --------------------------------------------------------------------------------

    def check_macros(self):
        removed_at_the_end = set()
        if UNDEF in self.sources:
            removed_at_the_end = set(removed_macros(self.sources[UNDEF]))
        for path in self.interface + self.implementation:
            source = self.sources[path]
            removed_here = set(removed_macros(source))
            reported = set()
            for number, line in source.body:
                match = DEFINE.match(line)
                if not match:
                    continue
                name = match.group(1)
                place = "src/%s:%d" % (path, number)
                if name in reported:
                    continue
                reported.add(name)
                if not name.startswith("MICROFLASK_"):
                    if path == OS_HEADERS and name in removed_here:
                        continue  # NOMINMAX and its like, taken back in the same file
                    self.breach(
                        place,
                        "the macro %s does not begin with MICROFLASK_" % name,
                        "macros know no namespaces: it would change the code of users",
                        "use a constant or a function, or rename it",
                    )
                elif (
                    not PUBLIC_MACRO.fullmatch(name)
                    and name not in removed_at_the_end
                    and name not in removed_here
                ):
                    self.breach(
                        place,
                        "the macro %s is left behind" % name,
                        "only MICROFLASK_VERSION*, SEPARATE, IMPLEMENTATION and HPP are public",
                        "add  #undef %s  to src/%s" % (name, UNDEF),
                    )

    def read_version(self):
        for _, line in self.sources[VERSION].body if VERSION in self.sources else []:
            match = re.fullmatch(r'#define MICROFLASK_VERSION "([^"]+)"', line.strip())
            if match:
                return match.group(1)
        self.breach(
            "src/" + VERSION,
            "the version is not here",
            "the first line of the header, CMake and the changelog take it from this file",
            'write  #define MICROFLASK_VERSION "1.2.3"  in src/%s and list it' % VERSION,
        )
        return ""


def removed_macros(source):
    """Yields the names of the macros that a file removes."""
    for _, line in source.body:
        match = UNDEFINE.match(line)
        if match:
            yield match.group(1)


def banner(title):
    """Returns a comment line that fills 79 columns."""
    return ("// ---- %s " % title).ljust(79, "-")


def generate(house):
    """Returns the lines of the header, each with the place it comes from (None: this script)."""
    lines = []

    def write(text, origin=None):
        lines.append((text, origin))

    def write_source(path):
        source = house.sources[path]
        write(banner("src/" + path), "src/%s:1" % path)
        for number, text in source.about + ([(None, "")] if source.body else []) + source.body:
            write(text, "src/%s:%d" % (path, number) if number else None)
        write("")

    def standard_includes(paths):
        found = {}
        for path in paths:
            for number, kind, name in house.sources[path].includes:
                if kind == "standard":
                    found.setdefault(name, "src/%s:%d" % (path, number))
        return found

    def write_includes(found):
        for name in sorted(found):
            write("#include <%s>" % name, found[name])
        if found:
            write("")

    write("// microflask %s - Flask for C++20, in one header." % house.version)
    write("//")
    write("// Generated by amalgamate.py. To change it, change src/ and run the script again.")
    write("//")
    for number, text in enumerate(house.license, 1):
        write(("// " + text).rstrip(), "LICENSE:%d" % number)
    write("")
    write("#ifndef MICROFLASK_HPP")
    write("#define MICROFLASK_HPP")
    write("")
    # The check of the language standard comes before everything that an old compiler would stumble
    # over, and where it fails the rest is skipped: its #error is then the first thing said.
    interface = list(house.interface)
    gate = False
    if interface and interface[0] == CONFIG:
        write_source(interface.pop(0))
        body = house.sources[CONFIG].body
        gate = any(re.match(r"\s*#\s*define\s+%s\b" % STANDARD_MACRO, text) for _, text in body)
    if gate:
        write("#if %s >= %dL  // the rest is C++%d" % (STANDARD_MACRO, STANDARD, STANDARD // 100 % 100))
        write("")
    of_interface = standard_includes(interface)
    write_includes(of_interface)
    write(banner("interface"))
    write("")
    for path in interface:
        write_source(path)
    write(banner("implementation"))
    write("")
    write(SWITCH)
    write("")
    of_implementation = standard_includes(house.implementation)
    write_includes({n: o for n, o in of_implementation.items() if n not in of_interface})
    for path in house.implementation:
        write_source(path)
    write("#endif  // implementation")
    write("")
    if house.has_undef:
        write_source(UNDEF)
    if gate:
        write("#endif  // C++%d" % (STANDARD // 100 % 100))
        write("")
    write("#endif  // MICROFLASK_HPP")
    return lines


def read_bytes(path):
    """Returns what a file holds, or None where there is none."""
    try:
        with open(path, "rb") as file:
            return file.read()
    except FileNotFoundError:
        return None


def report_breach(place, what, why, fix):
    print("%s: %s\n  why: %s\n  fix: %s" % (place, what, why, fix), file=sys.stderr)


def check(name, old, new):
    """Compares the header with what it should be; returns the exit code."""
    if old == new:
        print("%s is up to date" % name)
        return 0
    before = [] if old is None else old.decode("utf-8", "replace").split("\n")
    after = new.decode("utf-8").split("\n")
    diff = list(
        difflib.unified_diff(before, after, name, name + " (as it should be)", n=1, lineterm="")
    )
    for line in diff[:DIFF_LINES]:
        print(line.rstrip("\r"))
    print("%s is stale: run python3 amalgamate.py" % name)
    return 1


def where(name, lines, number, old, new):
    """Prints the source line behind a line of the header; returns the exit code."""
    if not 1 <= number <= len(lines):
        report_breach(
            "%s:%d" % (name, number),
            "there is no such line",
            "the header has %d lines" % len(lines),
            "ask for one of them",
        )
        return 2
    if old != new:
        print("%s is stale: line numbers are those of the new one" % name, file=sys.stderr)
    print(lines[number - 1][1] or "amalgamate.py (this line is in no source file)")
    return 0


def main(arguments=None):
    parser = argparse.ArgumentParser(description="Joins src/ into microflask.hpp.")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="write nothing; exit 1 if stale")
    mode.add_argument("--where", type=int, metavar="LINE", help="the source line behind LINE")
    parser.add_argument("-o", dest="output", metavar="PATH", help="the file to write")
    options = parser.parse_args(arguments)

    output = options.output or os.path.join(ROOT, PRODUCT)
    name = options.output or PRODUCT
    try:
        house = House(ROOT)
    except Breaches as error:
        for breach in error.breaches:
            report_breach(*breach)
        return 2
    lines = generate(house)
    new = ("\n".join(text for text, _ in lines) + "\n").encode("utf-8")
    old = read_bytes(output)
    if options.check:
        return check(name, old, new)
    if options.where is not None:
        return where(name, lines, options.where, old, new)
    if old != new:
        with open(output, "wb") as file:
            file.write(new)
    print(
        "%s: %s, %d files, %d lines"
        % (name, "unchanged" if old == new else "written", len(house.sources), len(lines))
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
