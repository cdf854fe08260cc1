"""How a mother is told: what about, on which way, in which language, and when not."""
