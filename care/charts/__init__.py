"""What was recorded of a baby, drawn: its weight against its birth weight, its feeds and diapers by the hour."""
