"""利用料の窓口: what is unpaid, what is to be given back, what was taken in, the cash of each day."""
