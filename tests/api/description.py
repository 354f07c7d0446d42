"""The description as clients get it, and its operations as schemathesis reads them."""

import json
from typing import Any

import schemathesis
from django.core.wsgi import get_wsgi_application
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer

METHODS = ("get", "put", "post", "patch", "delete")


def description() -> dict[str, Any]:
    make: Any = SchemaGenerator
    built = make(urlconf="config.urls_company").get_schema(request=None, public=True)
    plain: dict[str, Any] = json.loads(OpenApiJsonRenderer().render(built))
    return plain


DESCRIPTION = description()
OPERATIONS = {
    one["operationId"]: (method, path, one)
    for path, methods in DESCRIPTION["paths"].items()
    for method, one in methods.items()
    if method in METHODS
}


def schemathesis_operations() -> dict[str, Any]:
    schema = schemathesis.openapi.from_dict(DESCRIPTION)
    schema.app = get_wsgi_application()
    results: Any = schema.get_all_operations()
    found = (result.ok() for result in results)
    return {one.definition.raw["operationId"]: one for one in found}
