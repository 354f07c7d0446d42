"""The embedded stack of `make run` and `make test`. Standard library only."""
