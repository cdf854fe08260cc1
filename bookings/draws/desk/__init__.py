"""Rounds as the ward's desk reads them: which are near, their numbers, and the one thing to do next."""
