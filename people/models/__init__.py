"""Who works where, who answers for whom, and which devices they hold."""

from people.models.app_settings import AppSettings
from people.models.assignment import SupervisorAssignment
from people.models.department import Department
from people.models.device import Device
from people.models.employee import Employee, at_work
from people.models.enrolment_code import EnrolmentCode
from people.models.exclusion import Exclusion
from people.models.import_run import ImportRun
from people.models.opening_hours import OpeningHours
from people.models.planned_change import PlannedChange
from people.models.post import Post
from people.models.provisioning import ProvisionedEmployee, ProvisioningToken
from people.models.site import Site, SiteGuide
from people.models.site_management import SiteManagement
from people.models.upload import Upload
from people.models.work_calendar import Holiday, Leave, WorkPattern

__all__ = [
    "AppSettings",
    "Department",
    "Device",
    "Employee",
    "EnrolmentCode",
    "Exclusion",
    "Holiday",
    "ImportRun",
    "Leave",
    "OpeningHours",
    "PlannedChange",
    "Post",
    "ProvisionedEmployee",
    "ProvisioningToken",
    "Site",
    "SiteGuide",
    "SiteManagement",
    "SupervisorAssignment",
    "Upload",
    "WorkPattern",
    "at_work",
]
