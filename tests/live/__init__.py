"""Over real sockets: a web process and a timekeeper of our own, as in production."""
