"""What comes after a stay: a few questions, and the online consultation where she may use it."""
