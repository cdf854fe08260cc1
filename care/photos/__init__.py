"""Photographs in a stay's record, by the policy."""
