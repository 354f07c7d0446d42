"""A release with an index on a table of all companies."""
