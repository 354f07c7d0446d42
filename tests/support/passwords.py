"""Passwords of the tests: hashed as ever, in one round instead of a million."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class OneRound(PBKDF2PasswordHasher):
    iterations = 1


HASHERS = [f"{OneRound.__module__}.{OneRound.__name__}"]
