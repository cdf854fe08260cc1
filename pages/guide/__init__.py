"""手引き: the guides of the staff, as pages."""
