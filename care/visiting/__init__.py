"""Visits at home and online consultations: where they meet."""
