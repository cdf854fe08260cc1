"""What stands outside looks in: figures for Prometheus, whether this process may be sent requests."""
