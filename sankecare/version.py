"""The version shown at the foot of every page; pyproject.toml says the same (tests/look/test_built_files.py)."""

VERSION = "0.1.0"
