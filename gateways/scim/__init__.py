"""SCIM 2.0: the company's identity provider says who joins, changes and leaves."""
