"""The embedded stack of `make run` and `make test`: standard library only, imports nothing of ours."""
