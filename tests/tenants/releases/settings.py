"""The settings of a release to come: NEXT_RELEASE names the app that it adds."""

import os

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS, SHARED_APPS, TENANT_APPS

if added := os.environ["NEXT_RELEASE"]:
    app = f"tests.tenants.releases.{added}"
    (SHARED_APPS if added == "index" else TENANT_APPS).append(app)
    INSTALLED_APPS.append(app)
