import pytest

from accounts.models import User
from people.provisioning.tokens import issue_token
from tests.gateways.provider import Provider


@pytest.fixture
def provider(hanna: User) -> Provider:
    """Acme's, with a token that hanna has made."""
    _token, text = issue_token(name="Entra ID", by=hanna)
    return Provider(text)
