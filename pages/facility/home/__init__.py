"""施設のホーム: what is due at the house today, beside the board."""
