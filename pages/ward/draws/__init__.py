"""抽選と列 at the ward's desk: every round in words with what comes next, and who hopes for which day."""
