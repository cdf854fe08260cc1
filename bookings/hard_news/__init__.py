"""What a family told about its baby, with what it had booked, entered and waits for."""
