"""Which process keeps a pool; without one every request opens a connection of its own."""

import subprocess
import sys

import pytest

ASK = "from django.conf import settings; print('pool' in settings.DATABASES['default']['OPTIONS'])"


@pytest.mark.parametrize(
    ("process", "pools"),
    [("import config.asgi", "True"), ("import django; django.setup()", "False")],
)
def test_only_the_process_that_serves_the_web_pools_its_connections(process, pools):
    start = f"import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'config.settings'; {process}; {ASK}"
    done = subprocess.run([sys.executable, "-c", start], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == pools
