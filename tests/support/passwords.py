"""Passwords of the tests: hashed as ever, in one round instead of a million."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class OneRound(PBKDF2PasswordHasher):
    iterations = 1


class TwoRounds(PBKDF2PasswordHasher):
    """What comes after it, when machines have become faster."""

    iterations = 2


STRONGER = [f"{TwoRounds.__module__}.{TwoRounds.__name__}"]
HASHERS = [f"{OneRound.__module__}.{OneRound.__name__}"]
