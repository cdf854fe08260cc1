"""Django's own database engine for PostgreSQL, with a cheaper look at kept connections (base.py)."""
