"""What of SCIM's User is kept here, as /Schemas says it. The rest is read over: identity providers
send all they have."""

from typing import Annotated

from pydantic import Field
from scim2_models import (
    URN,
    AnyExtension,
    AuthenticationScheme,
    Bulk,
    ChangePassword,
    ComplexAttribute,
    ETag,
    Extension,
    Filter,
    Patch,
    Required,
    Resource,
    ResourceType,
    ScimPolicy,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
    Uniqueness,
)

MOST_FOUND = 200
WORK = "work"


class Name(ComplexAttribute):
    family_name: Annotated[str | None, Required.true] = None
    given_name: Annotated[str | None, Required.true] = None


class ScimContact(ComplexAttribute):
    """A contact; of each kind one is kept: the primary one, the one of work, or the first."""

    value: str | None = None
    type: str | None = Field(None, examples=[WORK])
    primary: bool | None = None


class Email(ScimContact):
    """An e-mail contact; the library's own would refuse the domains of inner networks."""


class PhoneNumber(ScimContact):
    pass


class User(Resource[AnyExtension]):
    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:User")

    user_name: Annotated[str | None, Uniqueness.server, Required.true] = None
    name: Annotated[Name | None, Required.true] = None
    title: str | None = None
    active: bool | None = None
    emails: list[Email] | None = None
    phone_numbers: list[PhoneNumber] | None = None


class EnterpriseUser(Extension):
    __schema__ = URN("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User")

    employee_number: Annotated[str | None, Uniqueness.server] = None
    """The key of a person in this product."""

    department: str | None = None
    """Its code, or its name where only one department has it."""

    organization: str | None = None
    """The employer, if it is another company."""


class JapaneseUser(Extension):
    """SCIM has no attribute for how a name is read. Entra ID takes extensions by this pattern
    only."""

    __schema__ = URN("urn:ietf:params:scim:schemas:extension:sobani:2.0:User")

    family_name_kana: str | None = None
    given_name_kana: str | None = None


Person = User[EnterpriseUser | JapaneseUser]

PROVIDER = ScimProvider(
    models=[User, EnterpriseUser, JapaneseUser],
    resource_types=[ResourceType.from_resource(Person)],
    config=ServiceProviderConfig(
        patch=Patch(supported=True),
        bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
        filter=Filter(supported=True, max_results=MOST_FOUND),
        change_password=ChangePassword(supported=False),
        sort=Sort(supported=False),
        etag=ETag(supported=True),
        authentication_schemes=[
            AuthenticationScheme(
                type=AuthenticationScheme.Type.oauthbearertoken,
                name="Bearer token",
                description="A token that the company makes in its administration.",
                primary=True,
            )
        ],
    ),
    # As Entra ID speaks.
    policy=ScimPolicy(
        unknown=ScimPolicy.Unknown.ignore,
        remove_value_as_filter=ScimPolicy.RemoveValue.apply,
        unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
    ),
)
