"""The pages register themselves."""

from notifications.admin import notices, texts

__all__ = ["notices", "texts"]
