"""What the chapters of the catalogue count: their queries, and the pure rules of each."""
