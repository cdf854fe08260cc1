"""日計表: the cash of a day, as it was taken in and as it is counted."""
