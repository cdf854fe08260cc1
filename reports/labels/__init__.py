"""Words above the columns of the tables, by chapter."""
