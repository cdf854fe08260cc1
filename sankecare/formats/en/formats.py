"""The clock has 24 hours; a day without its year is as short as one with it."""

DATETIME_FORMAT = "N j, Y, H:i"
TIME_FORMAT = "H:i"
MONTH_DAY_FORMAT = "N j"
