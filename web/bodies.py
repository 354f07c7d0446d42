"""What a body says, whatever it is wrapped in.

A phone under stress, a Shortcut and a proxy in between name types, encodings and charsets as they
like. The device API looks at the bytes only, so that a call fails for what it says or not at all.
"""

import json
import re
import zlib
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from django.http import Http404, HttpRequest
from rest_framework.exceptions import NotAcceptable, ParseError, ValidationError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.serializers import Serializer

from web.body_limits import LARGEST_BODY

GZIP_OR_ZLIB = 47
BOM = "\ufeff"
LONGEST_NUMBER = 19
ESSENTIAL = re.compile(
    r"\b(tap_id|level|drill|silent|pressed_at|sent_at)\b\W{1,12}?([0-9A-Za-z][\w:.+-]*)"
)


class NotJson(ValueError):
    """The bytes are no JSON."""


def read(body: bytes) -> Any:
    """The JSON of a body; what follows it, a mark before it and packing do not matter. What is no
    number counts as not given. Raises NotJson."""
    try:
        value, _end = _JSON.raw_decode(_text(body))
    except (ValueError, RecursionError) as error:
        raise NotJson from error
    return value


def salvaged(body: bytes) -> dict[str, Any]:
    """The fields of a press: JSON, a form, or its essential words out of something broken."""
    try:
        value = read(body)
    except NotJson:
        value = None
    if isinstance(value, dict):
        return value
    text = _text(body)
    return dict(parse_qsl(text)) | dict(reversed(ESSENTIAL.findall(text)))


def _text(body: bytes) -> str:
    plain = _unpacked(body)
    return plain.decode(json.detect_encoding(plain), "replace").lstrip(f"{BOM} \t\r\n")


def _unpacked(body: bytes) -> bytes:
    """Never more than may be sent unpacked."""
    try:
        return zlib.decompressobj(GZIP_OR_ZLIB).decompress(body, LARGEST_BODY)
    except zlib.error:
        return body


def _whole(digits: str) -> float:
    return int(digits) if len(digits) <= LONGEST_NUMBER else float(digits)


_JSON = json.JSONDecoder(parse_constant=lambda _name: None, parse_int=_whole)


def readable(shape: type[Serializer[Any]], data: Any) -> dict[str, Any]:
    """What can be read; what cannot and may be left out counts as left out."""
    try:
        return dict(kept(shape).run_validation(data))
    except ValidationError:
        return _readable_in_part(shape, data)


@cache
def kept(shape: type[Serializer[Any]]) -> Serializer[Any]:
    """A shape's one instance, for reading and showing by methods that keep nothing in it: a new one
    copies all its fields, which costs more than what they do."""
    return shape()


def _readable_in_part(shape: type[Serializer[Any]], data: Any) -> dict[str, Any]:
    whole = shape(data=data)
    if not whole.is_valid() and isinstance(data, dict):
        needed = {name for name, field in whole.fields.items() if field.required}
        whole = shape(
            data={key: data[key] for key in data if key not in set(whole.errors) - needed}
        )
    whole.is_valid(raise_exception=True)
    return dict(whole.validated_data)


class AnyBody(BaseParser):
    """JSON, whatever type it is called."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        body = stream.body if isinstance(stream, HttpRequest) else stream.read()
        try:
            return read(body)
        except NotJson as error:
            raise ParseError from error


class AnyAccept(DefaultContentNegotiation):
    """Who asks for what there is not gets what there is."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        return parsers[0]

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        try:
            return super().select_renderer(request, renderers, format_suffix)
        except (NotAcceptable, Http404):
            return renderers[0], renderers[0].media_type
