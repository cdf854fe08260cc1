"""Photographs in a stay's record."""
