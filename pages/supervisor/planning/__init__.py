"""計画: what is asked of a run, the runs that are kept, and what came of them in words and tables."""
