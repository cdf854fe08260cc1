"""Questionnaires on the tablet: scores from paper, and the decision on what they propose."""
