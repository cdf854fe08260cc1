"""Files that people send in, and that are handed out again."""
