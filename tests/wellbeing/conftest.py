import pytest

from accounts.models import User
from tenants.models import Company
from tests.conftest import person


@pytest.fixture
def keiko(acme: Company) -> User:
    """Occupational health."""
    return person("keiko")
