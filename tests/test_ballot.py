"""Oracles: Borda counts by hand, the sign test of small elections, published hash values."""

from __future__ import annotations

import itertools
import json
import math
import re
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from catchlight.ballot import (
    LETTERS,
    Ballot,
    Vote,
    check_sum,
    count,
    cropped,
    key_path,
    load_ballot,
    new_ballot,
    read_votes,
)
from catchlight.errors import UsageError

from .painted_person import oval_face

PHOTOS = [(f"IMG_{k}.jpg", f"{k:064x}") for k in range(6)]


def ballot(seed: str = "a seed") -> Ballot:
    return new_ballot(PHOTOS, seed)


def code(of: Ballot, letters: str, voter: str = "7K2M") -> str:
    text = f"{of.name}-{letters}-{voter}"
    return f"{text}-{check_sum(text)}"


# ---------------------------------------------------------------- the ballot


def test_the_order_is_the_seeds_and_every_order_comes_up() -> None:
    assert ballot().order == ballot().order
    assert sorted(ballot().order) == list(range(6))
    first = Counter(ballot(str(seed)).order[0] for seed in range(3000))
    # Each picture stands first in a sixth: within four standard deviations of 500.
    assert all(abs(first[k] - 500) < 4 * math.sqrt(3000 * 5 / 36) for k in range(6))


def test_two_ballots_have_different_seeds_and_names() -> None:
    assert new_ballot(PHOTOS).seed != new_ballot(PHOTOS).seed
    assert new_ballot(PHOTOS).name != new_ballot(PHOTOS).name
    assert new_ballot(PHOTOS[:5], "a seed").name != ballot().name


@pytest.mark.parametrize("pictures", [0, 1, 13])
def test_too_few_or_too_many_pictures(pictures: int) -> None:
    with pytest.raises(UsageError, match=str(pictures)):
        new_ballot([("x", "0")] * pictures)


def test_the_ballot_is_read_back_by_its_page_or_itself(tmp_path: Path) -> None:
    page = tmp_path / "which one.html"
    key_path(page).write_text(ballot().text(), "utf-8")
    assert load_ballot(page) == load_ballot(key_path(page)) == ballot()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda t: t.replace("IMG_1", "IMG_9"), "changed"),
        (lambda t: t.replace("a seed", "other"), "changed"),
        (lambda t: t.replace("ballot/1", "ballot/7"), "version"),
        (lambda t: "", "not a ballot"),
        (lambda t: "[]", "not a ballot"),
        (lambda t: t[:40], "not a ballot"),
        (lambda t: "\udcff\x00".encode("utf-8", "surrogatepass").decode("latin1"), "not a ballot"),
        (lambda t: "x" * 3_000_000, "2 MB"),
    ],
)
def test_a_ballot_that_was_tampered_with(tmp_path: Path, change, says: str) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "p.ballot.json"
    file.write_text(change(ballot().text()), "utf-8")
    with pytest.raises(UsageError, match=says) as caught:
        load_ballot(file)
    assert "p.ballot.json" in str(caught.value)


def test_a_ballot_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.ballot\.json"):
        load_ballot(tmp_path / "none.html")


# ---------------------------------------------------------------- votes


def test_check_sum_is_fnv1a() -> None:
    # The published 32-bit FNV-1a of "foobar" is 0xBF9CF968: its lower 15 bits in base 32.
    value, digits = 0xBF9CF968 & 0x7FFF, "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
    assert check_sum("foobar") == "".join(digits[value >> s & 31] for s in (10, 5, 0))


def test_a_code_is_read_from_a_mail_a_saved_vote_and_the_command_line(tmp_path: Path) -> None:
    of = ballot()
    mail, saved = tmp_path / "mail.txt", tmp_path / "vote.json"
    spoilt = code(of, "BDA").lower().replace("-", " \u2013 ")  # as phones and mail programs do
    mail.write_text(f"Hi,\nmine is {spoilt}.\nBye\n", "utf-8")
    saved.write_text(json.dumps({"code": code(of, "C", "AAAA")}), "utf-8")
    votes, refused = read_votes(of, [mail, saved, code(of, "FEDCBA", "BBBB")])
    assert refused == []
    assert [vote.ranking for vote in votes] == [
        tuple(of.order[LETTERS.index(letter)] for letter in letters)
        for letters in ("BDA", "C", "FEDCBA")
    ]


def test_every_single_typing_error_is_noticed() -> None:
    of, good = ballot(), code(ballot(), "BDA")
    missed = 0
    places = [i for i, letter in enumerate(good) if letter != "-"]
    for i, letter in itertools.product(places, "ABCDEF0123"):
        bad = good[:i] + letter + good[i + 1 :]
        if bad != good:
            try:
                read_votes(of, [bad])
                missed += 1
            except UsageError:
                pass
    assert missed == 0


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (code(ballot("another"), "BDA"), "another ballot"),
        (code(ballot(), "BDA")[:-1] + "X", "mistyped"),
        (code(ballot(), "BB"), "twice"),
        (code(ballot(), "BG"), "does not have"),
    ],
)
def test_a_vote_that_does_not_count_says_why(given: str, says: str) -> None:
    good = code(ballot(), "A", "ZZZZ")
    votes, refused = read_votes(ballot(), [given, good])
    assert len(votes) == len(refused) == 1
    assert says in refused[0]
    with pytest.raises(UsageError, match=says):
        read_votes(ballot(), [given])


@pytest.mark.parametrize("data", [b"", b"I like the second best", b"\xff\xd8\xff\xe0" + bytes(99)])
def test_garbage_is_refused_with_the_file(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "garbage.txt"
    file.write_bytes(data)
    with pytest.raises(UsageError, match=r"garbage\.txt: no vote in it; a vote looks like"):
        read_votes(ballot(), [file])


def test_a_vote_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nobody\.txt"):
        read_votes(ballot(), [tmp_path / "nobody.txt"])


def test_of_two_votes_by_one_voter_the_later_counts() -> None:
    of = ballot()
    votes, refused = read_votes(of, [code(of, "A"), code(of, "B")])
    assert [vote.ranking for vote in votes] == [(of.order[1],)]
    assert "again" in refused[0]


# ---------------------------------------------------------------- counting


def test_borda_points_by_hand() -> None:
    # 3 pictures: 2, 1, 0 points; a vote for one alone gives the others (1 + 0) / 2 each.
    tally = count([Vote("1", (0, 1, 2)), Vote("2", (1, 0, 2)), Vote("3", (0,))], 3)
    assert tally.points == pytest.approx((5 / 6, 3.5 / 6, 0.5 / 6))
    assert tally.firsts == (2, 1, 0)
    assert tally.winners == (0,)


def test_one_vote_proves_nothing() -> None:
    tally = count([Vote("1", (2, 0, 1))], 3)
    assert tally.winners == (2,)
    assert tally.chance == 1.0
    assert tally.verdict == "open"
    assert "too few" in tally.sentence(new_ballot(PHOTOS[:3], "s"))


def test_chances_are_those_of_the_sign_test() -> None:
    # All n voters prefer the first to the second: 2 / 2^n, whatever else is on the ballot.
    for n, verdict in ((2, "open"), (4, "leaning"), (5, "leaning"), (6, "clear")):
        tally = count([Vote(str(k), (0, 1)) for k in range(n)], 4)
        assert tally.chance == pytest.approx(min(1, 2 / 2**n))
        assert tally.verdict == verdict


def test_blind_voters_seldom_make_it_clear() -> None:
    rng = np.random.default_rng(0)
    clear = [
        count([Vote(str(v), tuple(rng.permutation(6)[:3])) for v in range(n)], 6).verdict == "clear"
        for n in (3, 6, 9, 15, 30)
        for _ in range(120)
    ]
    assert np.mean(clear) < 0.05


def test_many_who_agree_make_it_clear_and_disagreement_a_tie() -> None:
    clear = count([Vote(str(k), (3, 1, 0)) for k in range(8)], 6)
    assert (clear.winners, clear.verdict) == ((3,), "clear")
    assert "less than 1 %" in clear.sentence(ballot())
    tie = count([Vote("1", (0, 1)), Vote("2", (1, 0))], 2)
    assert (tie.winners, tie.verdict) == ((0, 1), "tie")
    assert "level" in tie.sentence(ballot())


def test_the_winner_does_not_depend_on_the_order_of_the_votes() -> None:
    rng = np.random.default_rng(0)
    votes = [Vote(str(k), tuple(rng.permutation(5)[: rng.integers(1, 6)])) for k in range(9)]
    assert count(votes, 5).points == pytest.approx(count(votes[::-1], 5).points)
    assert sum(count(votes, 5).points) == pytest.approx(2.5)  # every vote gives the same


def test_the_crop_is_around_the_head_and_within_the_frame() -> None:
    pixels = np.zeros((1000, 1600, 3), np.uint8)
    for x, y in ((800, 400), (60, 80), (1550, 950)):
        part = cropped(pixels, oval_face(x, y, 60))
        assert part.shape[1] / part.shape[0] == pytest.approx(0.8, abs=0.01)
        assert part.shape[0] == pytest.approx(540, abs=2)
    tight = cropped(pixels[:200, :150], oval_face(75, 90, 60))
    assert max(tight.shape[0] / 200, tight.shape[1] / 150) == pytest.approx(1.0, abs=0.01)
    marked = pixels.copy()
    marked[400, 800] = 255
    assert cropped(marked, oval_face(800, 400, 60)).any()


def test_names_on_the_page_are_letters_that_cannot_be_mistaken() -> None:
    assert re.fullmatch(r"[A-L]{12}", LETTERS)
