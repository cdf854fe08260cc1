"""Figures for programs: the contents, and every table of it."""
