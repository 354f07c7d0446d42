"""The demo's password, which is printed in its source, opens nothing from anywhere else."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.adapter import AccountAdapter
from demo.local import is_at_this_machine
from demo.seed import PASSWORD


class DemoAccountAdapter(AccountAdapter):
    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        super().pre_authenticate(request, **credentials)
        if credentials.get("password") == PASSWORD and not is_at_this_machine(request):
            raise ValidationError(
                _(
                    "The demo's password works only on the machine that runs the demo."
                    " Open localhost there."
                )
            )
