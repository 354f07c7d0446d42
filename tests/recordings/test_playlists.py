"""What players are told, from what arrived."""

import re
from collections.abc import Iterable
from dataclasses import replace

import pytest

from recordings.media.hls import StreamFormat, dvr_playlist, live_end, live_playlist, timestamp_tag
from recordings.media.unit_index import IndexedUnit, UnitIndex
from tests.recordings.sounds import UNIT

START = 1_760_000_000_000
NOW = START + 600_000
TAKE = StreamFormat(sample_rate=48000, frames_per_unit=47, started_ms=START)


def unit(
    seq: int, *, run: str = "a", received: int | None = None, sent: bool = True
) -> IndexedUnit:
    spoken = START + seq * 1003
    came = spoken + 1200 if received is None else received
    return IndexedUnit(seq, seq * UNIT, UNIT, run, spoken, spoken + 1000 if sent else None, came)


def index_of(seqs: Iterable[int], **given: object) -> UnitIndex:
    index = UnitIndex()
    index.add(unit(seq, **given) for seq in seqs)
    return index


def uris(text: str) -> list[str]:
    return re.findall(r"^u/(.+)\.aac$", text, re.M)


def test_units_out_of_order_and_twice_make_one_gapless_index() -> None:
    index = index_of([2, 0, 0, 3, 1, 5])
    assert (index.next, index.end) == (4, 6)
    assert [(gap.first, gap.last) for gap in index.gaps()] == [(4, 4)]


@pytest.mark.parametrize(
    ("count", "first", "listed"), [(0, 0, 0), (1, 0, 1), (60, 0, 60), (75, 15, 60)]
)
def test_live_lists_the_last_sixty_units_by_their_numbers(
    count: int, first: int, listed: int
) -> None:
    text = live_playlist(TAKE, index_of(range(count)), NOW)
    assert f"#EXT-X-MEDIA-SEQUENCE:{first}\n" in text
    assert uris(text) == [f"{n}-{n}" for n in range(first, first + listed)]
    assert "#EXT-X-TARGETDURATION:1\n" in text
    assert "CAN-BLOCK-RELOAD=YES" in text
    assert "ENDLIST" not in text


def test_a_fresh_hole_is_waited_for_and_an_old_one_becomes_a_gap() -> None:
    index = index_of([0, 1, 4], received=NOW)
    assert live_end(TAKE, index, NOW + 2_900) == 2
    assert live_end(TAKE, index, NOW + 3_100) == 5
    text = live_playlist(TAKE, index, NOW + 3_100)
    assert text.count("#EXT-X-GAP") == 2
    assert uris(text) == ["0-0", "1-1", "2-2", "3-3", "4-4"]


def test_a_device_that_goes_ahead_of_what_an_outage_left_is_heard_at_once() -> None:
    index = index_of([0, 1, 90, 91], received=NOW)
    assert live_end(TAKE, index, NOW) == 92
    assert uris(live_playlist(TAKE, index, NOW))[-1] == "91-91"


def test_a_hole_that_was_given_up_is_not_waited_for_in_live_either() -> None:
    take = replace(TAKE, last_seq=4, gaps=((2, 3),), complete=True)
    text = live_playlist(take, index_of([0, 1, 4], received=NOW), NOW)
    assert uris(text)[-1] == "4-4"
    assert text.endswith("#EXT-X-ENDLIST\n")


def test_a_late_unit_changes_no_number() -> None:
    index = index_of([0, 1, 4], received=NOW)
    before = uris(live_playlist(TAKE, index, NOW + 4_000))
    index.add([unit(2), unit(3)])
    assert uris(live_playlist(TAKE, index, NOW + 4_000)) == before


def test_a_restarted_encoder_is_a_discontinuity_with_a_new_date() -> None:
    index = index_of(range(3))
    index.add(unit(seq, run="b") for seq in range(3, 70))
    text = live_playlist(TAKE, index, NOW)
    assert "#EXT-X-DISCONTINUITY-SEQUENCE:1\n" in text
    assert "#EXT-X-DISCONTINUITY\n" not in text


def test_a_restart_inside_the_window_stands_before_its_unit() -> None:
    index = index_of(range(3))
    index.add([unit(3, run="b")])
    text = live_playlist(TAKE, index, NOW)
    assert re.search(r"#EXT-X-DISCONTINUITY\n#EXT-X-PROGRAM-DATE-TIME:.*\n.*\nu/3-3", text)
    assert "DISCONTINUITY-SEQUENCE" not in text


def test_dates_are_the_devices_clock_corrected_by_the_quickest_arrival() -> None:
    text = live_playlist(TAKE, index_of([0]), START + 10_000)
    # Sent at +1000 by the device's clock, arrived at +1200 by ours.
    assert "#EXT-X-PROGRAM-DATE-TIME:2025-10-09T08:53:20.200Z" in text


def test_dvr_has_ten_seconds_a_segment_and_only_grows() -> None:
    known: list[str] = []
    index = UnitIndex()
    for seq in range(64):
        index.add([unit(seq)])
        now = uris(dvr_playlist(TAKE, index, START + seq * 1003))
        assert now[: len(known)] == known
        known = now
    assert known == ["0-9", "10-19", "20-29", "30-39", "40-49", "50-59"]


def test_dvr_holds_its_tail_at_a_hole_until_it_is_filled() -> None:
    index = index_of([*range(12), *range(14, 40)], received=NOW)
    assert uris(dvr_playlist(TAKE, index, NOW)) == ["0-9"]
    index.add([unit(12), unit(13)])
    assert uris(dvr_playlist(TAKE, index, NOW)) == ["0-9", "10-19", "20-29", "30-39"]


@pytest.mark.parametrize(
    ("take", "later_ms"),
    [(replace(TAKE, last_seq=39, gaps=((12, 13),)), 0), (TAKE, 25 * 3600 * 1000)],
)
def test_a_hole_that_is_given_up_is_a_gap_of_its_length(take: StreamFormat, later_ms: int) -> None:
    index = index_of([*range(12), *range(14, 40)], received=NOW)
    text = dvr_playlist(take, index, NOW + later_ms)
    assert re.search(r"#EXT-X-GAP\n#EXTINF:2\.00533,\nu/12-13\.aac", text)
    assert uris(text)[:3] == ["0-9", "10-11", "12-13"]


def test_a_complete_recording_ends_with_its_last_unit() -> None:
    take = replace(TAKE, last_seq=22, complete=True)
    text = dvr_playlist(take, index_of(range(23)), NOW)
    assert uris(text) == ["0-9", "10-19", "20-22"]
    assert text.endswith("#EXT-X-ENDLIST\n")


def test_a_device_that_went_silent_leaves_no_tail_unheard() -> None:
    index = index_of(range(13), received=NOW)
    assert uris(dvr_playlist(TAKE, index, NOW + 59_000)) == ["0-9"]
    assert uris(dvr_playlist(TAKE, index, NOW + 61_000)) == ["0-9", "10-12"]
    index.add(unit(seq, received=NOW + 70_000) for seq in range(13, 30))
    assert uris(dvr_playlist(TAKE, index, NOW + 71_000))[:3] == ["0-9", "10-12", "13-22"]


def test_a_tail_whose_hole_was_just_filled_is_not_yet_settled() -> None:
    index = index_of([*range(10), 11], received=NOW)
    index.add([unit(10, received=NOW + 90_000)])
    assert uris(dvr_playlist(TAKE, index, NOW + 91_000)) == ["0-9"]
    index.add([unit(12, received=NOW + 92_000)])
    assert uris(dvr_playlist(TAKE, index, NOW + 160_000)) == ["0-9", "10-12"]


@pytest.mark.parametrize("frames", [16, 47, 94])
def test_no_segment_is_longer_than_the_target(frames: int) -> None:
    rate = 16000 if frames == 16 else 48000
    take = StreamFormat(rate, frames, START, last_seq=99, complete=True)
    index = UnitIndex()
    samples = frames * 1024
    index.add(IndexedUnit(n, n * samples, samples, "a", None, None, NOW) for n in range(100))
    for text in (live_playlist(take, index, NOW), dvr_playlist(take, index, NOW)):
        target = int(re.search(r"TARGETDURATION:(\d+)", text)[1])  # type: ignore[index]
        assert max(round(float(n)) for n in re.findall(r"EXTINF:([\d.]+)", text)) <= target


def test_the_timestamp_tag_is_73_bytes_and_wraps_at_33_bits() -> None:
    tag = timestamp_tag(48000, 48000)
    assert len(tag) == 73
    assert tag.startswith(b"ID3\x04\x00\x00\x00\x00\x00\x3f")
    assert tag.endswith((90_000).to_bytes(8, "big"))
    assert timestamp_tag((1 << 33) * 48000 // 90000 + 48000, 48000)[-8:-5] == b"\x00\x00\x00"
