"""ひとつの希望: one page for everything that she wishes."""
