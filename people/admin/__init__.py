"""The pages register themselves."""

from people.admin import (
    app_settings,
    employees,
    holidays,
    imports,
    planned_changes,
    provisioning,
    site_managers,
)

__all__ = [
    "app_settings",
    "employees",
    "holidays",
    "imports",
    "planned_changes",
    "provisioning",
    "site_managers",
]
