"""Each address by its name, so that each says who has the right to it; all lead to one door."""

from django.urls import path, re_path

from gateways.scim.api import scim

scim_urls = [
    path("ServiceProviderConfig", scim),
    path("ResourceTypes", scim),
    path("ResourceTypes/<str:name>", scim),
    path("Schemas", scim),
    path("Schemas/<str:urn>", scim),
    path("Users", scim),
    path("Users/<str:user_id>", scim),
    re_path(r"[\s\S]*", scim),  # line feeds included
]
