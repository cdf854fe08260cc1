"""Booking and availability measured beside pgbench on the same tables, in the same run: ``make bench``."""
