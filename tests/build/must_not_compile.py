"""Compiles each tests/build/must_not_compile/*.cpp with $CXX (g++ where unset): every one must fail, its
diagnostics must hold the text of its first line (`// expect: text`) and be no longer than a dozen lines."""

import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
MAX_LINES = 12


def check(compiler: list[str], source: pathlib.Path) -> str:
    expected = source.read_text().splitlines()[0].removeprefix("// expect: ")
    command = [*compiler, "-std=c++20", "-fsyntax-only", f"-I{ROOT / 'src'}", str(source)]
    environment = {**os.environ, "LC_ALL": "C"}
    result = subprocess.run(command, capture_output=True, text=True, env=environment)
    lines = [line for line in result.stderr.splitlines() if not line.endswith("generated.")]
    if result.returncode == 0:
        return "it compiles"
    if expected not in result.stderr:
        return f"the diagnostics lack {expected!r}:\n{result.stderr}"
    if len(lines) > MAX_LINES:
        return f"the diagnostics have {len(lines)} lines, more than {MAX_LINES}:\n{result.stderr}"
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
