"""The days she chooses from, what is proposed to her, and what she chose last time."""
