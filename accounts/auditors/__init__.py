"""What auditors are told of by mail."""
