import pytest

from accounts.models import Role, User
from tenants.models import Company


@pytest.fixture
def keiko(acme: Company) -> User:
    """Occupational health."""
    return User.objects.create_user(
        "keiko", "x", family_name="産業", given_name="恵子", roles=[Role.OCCUPATIONAL_HEALTH]
    )
