"""Where this server reads SCIM otherwise than the library."""

from typing import Any

from pydantic import BaseModel
from scim2_models import PayloadTooLargeException, ResourceType
from scim2_server.conditions import Conditions
from scim2_server.service import ScimService

MOST_OPERATIONS = 100


class PersonService(ScimService):
    def read_patch(self, resource_type: ResourceType, body: bytes, content_type: str | None) -> Any:
        """Each operation costs a copy of the person: many would keep alarms waiting."""
        said = self.decode_body(body, content_type)
        lists = (
            [one for one in said.values() if isinstance(one, list)]
            if isinstance(said, dict)
            else []
        )
        if any(len(one) > MOST_OPERATIONS for one in lists):
            raise PayloadTooLargeException(detail=f"At most {MOST_OPERATIONS} operations")
        return super().read_patch(resource_type, body, content_type)

    def apply_replacement(self, current: Any, replacement: Any, conditions: Conditions) -> Any:
        """What a PUT leaves out stays (RFC 7644 3.5.1 allows it): nobody loses a telephone number
        because the provider has none. An empty value takes it away."""
        _keep(current, replacement)
        return super().apply_replacement(current, replacement, conditions)


def _keep(current: BaseModel, replacement: BaseModel) -> None:
    for name in type(replacement).model_fields:
        before, after = getattr(current, name), getattr(replacement, name)
        if name not in replacement.model_fields_set and after is None:
            setattr(replacement, name, before)
        elif isinstance(before, BaseModel) and isinstance(after, BaseModel):
            _keep(before, after)
