"""課税区分の変更: another tax class of the household, with what it makes of its fees."""
