"""Build the one style sheet from its sources, or check that the committed one is what they give.

    python tools/build_css.py [--check]

Tailwind's scanner reads templates/ and the forms: a class used there for the first time needs a rebuild.
"""

import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "static" / "css" / "site.src.css"
BUILT = ROOT / "static" / "css" / "site.css"
NAME = "tailwindcss.exe" if sys.platform == "win32" else "tailwindcss"


def build(to: Path) -> None:
    """Write the style sheet, minified, to ``to``. Raises CalledProcessError with Tailwind's own words."""
    program = Path(sysconfig.get_path("scripts")) / NAME
    subprocess.run(
        [str(program), "--input", str(SOURCE), "--output", str(to), "--minify"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )


def is_current() -> bool:
    """Tell whether the committed style sheet is what the sources give today."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / "site.css"
        build(fresh)
        return BUILT.exists() and fresh.read_bytes() == BUILT.read_bytes()


def main(arguments: list[str]) -> int:
    try:
        if "--check" not in arguments:
            build(BUILT)
        elif not is_current():
            print("static/css/site.css is not what its sources give: run python tools/build_css.py and commit it.")
            return 1
    except subprocess.CalledProcessError as failure:
        print(failure.stderr)
        return 1
    print("style sheet: ok")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
