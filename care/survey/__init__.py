"""利用後アンケート: short, anonymous, once a stay."""
