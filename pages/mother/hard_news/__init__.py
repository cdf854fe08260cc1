"""赤ちゃんのこと: one page, few words."""
