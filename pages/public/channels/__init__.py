"""What comes from outside about messages: a touch on "stop", and what LINE tells."""
