"""Build the style sheets (pages, staff, admin) from their sources, or check the committed ones against them.

    python tools/build_css.py [--check]

The sources are static/css/*.src.css and static/css/src/; a class of a template must stand there (tests/look).
"""

import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CSS = ROOT / "static" / "css"
SHEETS = ("site", "staff", "admin")
NAME = "tailwindcss.exe" if sys.platform == "win32" else "tailwindcss"


def build(sheet: str, to: Path) -> None:
    """Write a style sheet, minified, to ``to``. Raises CalledProcessError with Tailwind's own words."""
    program = Path(sysconfig.get_path("scripts")) / NAME
    subprocess.run(
        [str(program), "--input", str(CSS / f"{sheet}.src.css"), "--output", str(to), "--minify"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )


def is_current(sheet: str) -> bool:
    """Tell whether the committed style sheet is what the sources give today."""
    with tempfile.TemporaryDirectory() as folder:
        fresh, committed = Path(folder) / "fresh.css", CSS / f"{sheet}.css"
        build(sheet, fresh)
        return committed.exists() and fresh.read_bytes() == committed.read_bytes()


def main(arguments: list[str]) -> int:
    try:
        for sheet in SHEETS:
            if "--check" not in arguments:
                build(sheet, CSS / f"{sheet}.css")
            elif not is_current(sheet):
                print(f"static/css/{sheet}.css is not what its sources give: run make css, commit it.")
                return 1
    except subprocess.CalledProcessError as failure:
        print(failure.stderr)
        return 1
    print("style sheets: ok")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
