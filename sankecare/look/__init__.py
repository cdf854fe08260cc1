"""How pages come to a phone on a slow line (docs/decisions/0054-the-sheet-inside-the-first-page.md)."""
