"""家庭のページ: one family whole, for the ward's desk: what is known, what happened, and every action."""
