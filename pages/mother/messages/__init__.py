"""お知らせの受け取り方: the page on which she chooses how she is told."""
