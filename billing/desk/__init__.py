"""利用料の窓口: what the ward's desk does about money: what is open, due back, taken in, and priced otherwise now."""
