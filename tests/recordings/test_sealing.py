"""Sound at rest opens only where it belongs."""

from dataclasses import replace
from uuid import UUID

import pytest

from recordings.media.crypto import CannotOpen, Place, new_wrapped_key, seal, unseal, unwrap_key

RECORDING = UUID("6c9f3a50-7c5c-4f4c-9b77-52d0f3f7a001")
OTHER = UUID("6c9f3a50-7c5c-4f4c-9b77-52d0f3f7a002")
PLACE = Place("acme", RECORDING, "run1", 7, b"d" * 32)


def test_a_unit_opens_with_its_recordings_key() -> None:
    key = unwrap_key("acme", RECORDING, new_wrapped_key("acme", RECORDING))
    assert unseal(key, PLACE, *seal(key, PLACE, b"sound")) == b"sound"


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(PLACE, schema="globex"),
        replace(PLACE, recording=OTHER),
        replace(PLACE, run="run2"),
        replace(PLACE, seq=8),
        replace(PLACE, digest=b"e" * 32),
    ],
)
def test_a_unit_moved_elsewhere_does_not_open(elsewhere: Place) -> None:
    key = unwrap_key("acme", RECORDING, new_wrapped_key("acme", RECORDING))
    nonce, ciphertext = seal(key, PLACE, b"sound")
    with pytest.raises(CannotOpen):
        unseal(key, elsewhere, nonce, ciphertext)


@pytest.mark.parametrize(("schema", "recording"), [("globex", RECORDING), ("acme", OTHER)])
def test_a_key_opens_only_for_its_company_and_recording(schema: str, recording: UUID) -> None:
    wrapped = new_wrapped_key("acme", RECORDING)
    with pytest.raises(CannotOpen):
        unwrap_key(schema, recording, wrapped)


def test_the_stored_forms_hold_neither_key_nor_sound() -> None:
    wrapped = new_wrapped_key("acme", RECORDING)
    key = unwrap_key("acme", RECORDING, wrapped)
    assert key not in wrapped
    assert b"sound" not in b"".join(seal(key, PLACE, b"sound"))
