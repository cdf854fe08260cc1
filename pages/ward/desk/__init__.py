"""The desk: where the staff's day begins, the search from every page, and the master data by what they are for."""
