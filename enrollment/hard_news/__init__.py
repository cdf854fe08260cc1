"""赤ちゃんのこと: noted, told to the person who calls, and ended; while it lasts nothing goes out by itself."""
