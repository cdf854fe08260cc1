"""Words that come by the clock: before a stay, before the last day to give back, after a stay."""
