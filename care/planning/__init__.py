"""The care plan of a stay, and what the mother takes home of it."""
