"""The pages register themselves."""

from escalation.admin import contact_rules, exercises

__all__ = ["contact_rules", "exercises"]
