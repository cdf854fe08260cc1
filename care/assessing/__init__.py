"""Questionnaires: what scores can be, and what they propose."""
