"""A release that changes a table on which people press."""
