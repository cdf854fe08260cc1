"""The geometry of charts on pages: months of a year, and the tables of the catalogue. Pure."""
