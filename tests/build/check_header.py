#!/usr/bin/env python3
"""Looks at microflask.hpp from outside: check_header.py CHECK HEADER COMPILER [OPTION...]

macros        no macro is left behind but the public ones
namespaces    everything stands in namespace microflask (or specialises a template of std)
old-standard  C++17 gets the line that says what to do, and no other error
separate      MICROFLASK_SEPARATE leaves the bodies and the system's headers out
lenient       no number is read by a function that takes signs and stops at nonsense, no chance is guessable
"""

import os
import re
import subprocess
import sys

PUBLIC = re.compile(r"MICROFLASK_(VERSION(_[A-Z]+)?|SEPARATE|IMPLEMENTATION|HPP)")
# What may stand outside of all braces: our namespaces, and specialisations of standard templates.
OPENING = re.compile(r"(inline )?namespace (microflask(::\w+)*|std) ?$|template <.*> struct std::\w+")


def run(compiler, options, code):
    """Compiles a text; returns the exit code, the output and the messages."""
    result = subprocess.run(
        [*compiler, *options, "-x", "c++", "-"],
        input=code,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        universal_newlines=True,
        env={**os.environ, "LC_ALL": "C"},
        check=False,
    )
    return result.returncode, result.stdout, result.stderr


def macros_left_by(header, compiler, options):
    """Returns the macros that the header's own lines define and do not remove."""
    code, output, messages = run(
        compiler, ["-std=c++20", "-E", "-dD", *options], '#include "%s"\n' % header
    )
    if code != 0:
        sys.exit("the header does not even preprocess:\n" + messages)
    left = set()
    here = False
    for line in output.splitlines():
        place = re.match(r'# \d+ "([^"]*)"', line)
        if place:
            here = os.path.basename(place.group(1)) == os.path.basename(header)
        match = re.match(r"#(define|undef) (\w+)", line)
        if match and here:
            (left.add if match.group(1) == "define" else left.discard)(match.group(2))
    return left


def check_macros(header, compiler):
    left = macros_left_by(header, compiler, [])
    if "MICROFLASK_VERSION" not in left:
        return ["MICROFLASK_VERSION is not defined: is this the right header?"]
    return ["the macro %s is left behind" % n for n in sorted(left) if not PUBLIC.fullmatch(n)]


def without_comments_and_text(code):
    """Returns the code with comments, strings, characters and directives blanked."""
    token = re.compile(
        r'R"(?P<tag>[^()\s\\]*)\(.*?\)(?P=tag)"'  # raw strings
        r'|"(?:\\.|[^"\\\n])*"'
        r"|(?<![0-9a-fA-F])'(?:\\.|[^'\\\n])+'"  # characters, not digit separators
        r"|//[^\n]*|/\*.*?\*/"
        r"|^[ \t]*#(?:\\\n|[^\n])*",
        re.DOTALL | re.MULTILINE,
    )
    return token.sub(lambda match: "\n" * match.group(0).count("\n"), code)


def check_namespaces(header, _compiler):
    with open(header, encoding="utf-8") as file:
        code = without_comments_and_text(file.read())
    problems = []
    depth = 0
    statement = ""
    line = 1
    for character in code:
        if character == "\n":
            line += 1
        if depth == 0 and character not in "{};":
            statement += character
            continue
        if character == "{":
            text = " ".join(statement.split())
            if depth == 0 and not OPENING.match(text):
                problems.append("%s:%d: outside of microflask: %s" % (header, line, text))
            depth += 1
        elif character == "}":
            depth -= 1
        elif depth == 0 and character == ";" and statement.strip():
            problems.append(
                "%s:%d: outside of microflask: %s" % (header, line, " ".join(statement.split()))
            )
        if depth == 0:
            statement = ""
    if depth != 0:
        problems.append("%s: %d braces are not closed" % (header, depth))
    return problems


def check_old_standard(header, compiler):
    code, _, messages = run(
        compiler, ["-std=c++17", "-fsyntax-only"], '#include "%s"\nint main() {}\n' % header
    )
    errors = [line for line in messages.splitlines() if "error:" in line]
    if code == 0:
        return ["C++17 is accepted"]
    if len(errors) != 1 or "microflask needs C++20" not in errors[0]:
        return ["C++17 should get one line that says what to do, and gets:", *errors[:20]]
    return []


def check_separate(header, compiler):
    code, output, messages = run(
        compiler, ["-std=c++20", "-E", "-DMICROFLASK_SEPARATE"], '#include "%s"\n' % header
    )
    if code != 0:
        return [messages]
    system = re.search(r'^# \d+ "([^"]*(?:sys/socket\.h|sys/epoll\.h|windows\.h))"', output, re.M)
    problems = []
    if system:
        problems.append("the interface includes " + system.group(1))
    with open(header, encoding="utf-8") as file:
        text = file.read()
    whole = subprocess.run(
        [*compiler, "-std=c++20", "-E", "-x", "c++", header],
        stdout=subprocess.PIPE, universal_newlines=True, check=True,
    ).stdout
    if ".ipp -" in text and len(output) >= len(whole):
        problems.append("the interface is as long as the whole")
    return problems


# strtod and atoi are for texts of our own making.
LENIENT = re.compile(
    r"\b(strto(l|ul|ll|ull|f|ld)|sto(i|l|ul|ll|ull|f|d|ld)|ato(l|ll|f)|sscanf|s?rand|rand_r|random_shuffle"
    r"|mt19937\w*|minstd_rand0?|default_random_engine|strcpy|strcat|sprintf|gets)\s*\("
)


def check_lenient(header, _compiler):
    with open(header, encoding="utf-8") as file:
        code = without_comments_and_text(file.read())
    return [
        "%s:%d: %s" % (header, code.count("\n", 0, match.start()) + 1, match.group(1))
        for match in LENIENT.finditer(code)
    ]


CHECKS = {
    "macros": check_macros,
    "namespaces": check_namespaces,
    "old-standard": check_old_standard,
    "separate": check_separate,
    "lenient": check_lenient,
}


def main():
    if len(sys.argv) < 4 or sys.argv[1] not in CHECKS:
        sys.exit(__doc__)
    problems = CHECKS[sys.argv[1]](os.path.abspath(sys.argv[2]), sys.argv[3:])
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
