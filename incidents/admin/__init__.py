"""The pages register themselves."""

from incidents.admin import categories, exclusions, incidents, retention

__all__ = ["categories", "exclusions", "incidents", "retention"]
