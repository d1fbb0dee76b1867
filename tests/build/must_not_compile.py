"""Compiles each tests/build/must_not_compile/*.cpp with $CXX (g++ where unset): every one must fail, and the first
dozen lines of its diagnostics must hold the text of its first line (`// expect: text`)."""

import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FIRST_LINES = 12


def check(compiler: list[str], source: pathlib.Path) -> str:
    expected = source.read_text().splitlines()[0].removeprefix("// expect: ")
    command = [*compiler, "-std=c++20", "-fsyntax-only", "-DMICROFLASK_SEPARATE", f"-I{ROOT / 'src'}", str(source)]
    environment = {**os.environ, "LC_ALL": "C"}
    result = subprocess.run(command, capture_output=True, text=True, env=environment)
    if result.returncode == 0:
        return "it compiles"
    if not any(expected in line for line in result.stderr.splitlines()[:FIRST_LINES]):
        return f"the first {FIRST_LINES} lines of the diagnostics lack {expected!r}:\n{result.stderr}"
    return ""


def main() -> int:
    compiler = os.environ.get("CXX", "g++").split()
    sources = sorted((ROOT / "tests/build/must_not_compile").glob("*.cpp"))
    failures = 0
    for source in sources:
        problem = check(compiler, source)
        if problem:
            failures += 1
            print(f"{source.relative_to(ROOT)}: {problem}")
    print(f"{len(sources) - failures} of {len(sources)} are refused as they should be")
    return 1 if failures or not sources else 0


if __name__ == "__main__":
    sys.exit(main())
