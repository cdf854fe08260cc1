"""The look of the administration: its theme and its menu."""
