"""Where the SCIM server reads and writes: a door to ``people.provisioning``. Each change goes into
the company's audit in the same transaction."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact
from scim2_models import (
    InvalidFilterException,
    InvalidValueException,
    NotFoundException,
    ResourceType,
    ScimFilter,
    UniquenessException,
)
from scim2_models.path import CompareOperator, Comparison
from scim2_server.storage import ScimStorage, SearchPage

from audit.actors import Actor
from audit.services import ADMIN_STREAM, append
from gateways.scim.mapping import ATTRIBUTES, profile_of, user_of
from people.models import ProvisionedEmployee, ProvisioningToken
from people.provisioning.services import (
    ProvisioningRefused,
    ProvisioningResult,
    Taken,
    change,
    is_storable,
    let_go,
    locked,
    provision,
)

LAST = 2**31
"""As far as anybody can page."""
COMPARED: dict[str, Callable[[str], Any]] = {
    "username": lambda text: Exact(Lower("user_name"), Lower(Value(text))),
    "externalid": lambda text: Q(external_id=text),
    "employeenumber": lambda text: Q(employee__number=text),
}


class EmployeeStorage(ScimStorage):
    """Storage for one request. People to be written are locked from the first read."""

    def __init__(self, token: ProvisioningToken, *, writes: bool) -> None:
        self.actor = Actor(kind="provisioning", id=str(token.public_id))
        self.writes = writes

    def operation(self) -> AbstractContextManager[None]:
        return transaction.atomic()

    def get(
        self, resource_type: ResourceType, resource_id: str, *, response_parameters: Any = None
    ) -> Any:
        return user_of(self._person(resource_id))

    def search(
        self, resource_types: list[ResourceType], search_request: Any, *, position: Any = None
    ) -> SearchPage:
        found = _everybody()
        if search_request.filter is not None:
            found = found.filter(_asked(search_request.filter))
        start = min(search_request.start_index_0 or 0, LAST)
        page = found.order_by("pk")[start : start + search_request.count]
        return SearchPage(found.count(), [user_of(person) for person in page])

    def create(self, resource_type: ResourceType, resource: Any) -> Any:
        return self._do(lambda: provision(profile_of(resource, absent=None)))

    def update(
        self, resource_type: ResourceType, resource: Any, *, expected_version: str | None = None
    ) -> Any:
        """Update a person, who has the expected version: locked since that was read."""
        person = self._person(resource.id)
        return self._do(lambda: change(person, profile_of(resource, absent="")))

    def delete(
        self, resource_type: ResourceType, resource_id: str, *, expected_version: str | None = None
    ) -> None:
        self._note(let_go(self._person(resource_id)))

    def _person(self, resource_id: str) -> ProvisionedEmployee:
        try:
            key = uuid.UUID(resource_id)
        except ValueError as error:
            raise NotFoundException from error
        person = locked(key) if self.writes else _everybody().filter(_is(key)).first()
        if person is None:
            raise NotFoundException
        return person

    def _do(self, provisioning: Callable[[], ProvisioningResult]) -> Any:
        try:
            result = provisioning()
        except ProvisioningRefused as error:
            attribute = ATTRIBUTES[error.field]
            detail = f"{attribute}: {error.reason}"
            raise InvalidValueException(attribute=attribute, detail=detail) from error
        except Taken as error:
            attribute = ATTRIBUTES[error.field]
            detail = f"{attribute}: somebody else has it"
            raise UniquenessException(attribute=attribute, detail=detail) from error
        self._note(result)
        return user_of(result.person)

    def _note(self, result: ProvisioningResult) -> None:
        for kind in result.changes:
            append(
                ADMIN_STREAM,
                f"provisioning.{kind}",
                self.actor,
                employee=result.person.employee.public_id,
                fields=list(result.fields),
            )


def _everybody() -> QuerySet[ProvisionedEmployee]:
    return ProvisionedEmployee.objects.select_related("employee__department")


def _is(key: uuid.UUID) -> Q:
    return Q(employee__public_id=key)


def _asked(asked: ScimFilter[Any]) -> Any:
    """The condition of a filter. Providers look for one person; nothing else can be searched."""
    node = asked.ast
    if isinstance(node, Comparison) and node.op == CompareOperator.eq:
        compared, text = COMPARED.get(node.attr_path.attr.lower()), node.value
        if compared and isinstance(text, str) and is_storable(text):
            return compared(text)
    names = "userName, externalId or employeeNumber"
    raise InvalidFilterException(detail=f"Only {names} can be searched, by eq and a text")
