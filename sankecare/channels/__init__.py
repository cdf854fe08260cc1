"""Ways of telling a person something beside mail: a port (``port``), and an adapter for each published interface."""
