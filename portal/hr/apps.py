from django.apps import AppConfig


class HrConfig(AppConfig):
    name = "portal.hr"
    label = "hr_pages"
