"""Visits and online consultations on the facility's side: where they meet, what to take along."""
