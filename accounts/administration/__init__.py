"""What the administration's own pages add to Django's: deletion, search, words."""
