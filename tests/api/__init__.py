"""The device API against its own description."""
