"""Companies do not see each other, and people see only what is theirs: every address, listed."""
