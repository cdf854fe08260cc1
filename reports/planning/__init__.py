"""計画: recorded demand replayed in other worlds, a forecast, and the runs in which both are worked out and kept."""
