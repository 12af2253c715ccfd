"""Ballot: let colleagues choose, for strangers choose better pictures of us than we do.

White, Sutherland & Burton 2017 ("Choosing face: the curse of self in profile image selection",
Cognitive Research: Principles and Implications 2:23; 610 people) found that pictures chosen by
others gave a better first impression than the ones people chose of themselves. So the best
candidates go out on one page without scores or names, each voter sends a short code back, and the
codes are counted.

What a code says is signed by nobody: it shows which ballot it belongs to and whether it was
mistyped, not who sent it.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import UsageError, printable
from .faces import Face

__all__ = [
    "LETTERS",
    "Ballot",
    "Tally",
    "Vote",
    "check_sum",
    "count",
    "cropped",
    "key_path",
    "load_ballot",
    "new_ballot",
    "read_votes",
]

SCHEMA = "catchlight.ballot/1"
LETTERS = "ABCDEFGHIJKL"
"""Names of the pictures on the page, in the order they are shown."""

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_CODE = re.compile(r"\b([0-9A-Z]{5})-([A-Z]{1,12})-([0-9A-Z]{4})-([0-9A-Z]{3})\b")
_DASHES = str.maketrans(dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63\uff0d", "-"))
_MOST_BYTES = 2_000_000
_SURE, _LEANING = 0.05, 0.20

# The crop on the page, in eye distances: head and shoulders, the same for every picture.
_ABOVE, _BELOW, _WIDE = 3.6, 5.4, 7.2


@dataclass(frozen=True, slots=True)
class Ballot:
    """A page that was sent out: which pictures it shows, and by the seed in which order.

    Attributes
    ----------
    seed : decides the order; with the pictures it makes the ballot's name.
    photos : name and SHA-256 of each picture, in the order of their rank.
    """

    seed: str
    photos: tuple[tuple[str, str], ...]

    @property
    def name(self) -> str:
        """Five letters and digits that every vote carries; they change with any of the pictures."""
        text = "\n".join([self.seed, *(f"{digest} {name}" for name, digest in self.photos)])
        return _base32(int.from_bytes(hashlib.sha256(text.encode()).digest()[:8]), 5)

    @property
    def order(self) -> tuple[int, ...]:
        """Which picture (by rank from 0) each letter of the page stands for."""

        def draw(rank: int) -> bytes:
            return hashlib.sha256(f"{self.seed}/{rank}".encode()).digest()

        return tuple(sorted(range(len(self.photos)), key=draw))

    def text(self) -> str:
        """The ballot as the file that its owner keeps."""
        rows = [{"name": name, "sha256": digest} for name, digest in self.photos]
        data = {"schema": SCHEMA, "ballot": self.name, "seed": self.seed, "photos": rows}
        return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def new_ballot(photos: Sequence[tuple[str, str]], seed: str | None = None) -> Ballot:
    """Make a ballot of pictures in the order of their rank.

    Parameters
    ----------
    photos : name and SHA-256 of each.
    seed : any text; None: a random one.

    Raises
    ------
    UsageError : there are fewer than two pictures, or more than twelve.
    """
    if not 2 <= len(photos) <= len(LETTERS):
        some = "picture is" if len(photos) == 1 else "pictures are"
        raise UsageError(
            f"--blind: {len(photos)} usable {some} too few to choose from; take more photos"
            if len(photos) < 2
            else f"--candidates is {len(photos)}; it can be 2 to {len(LETTERS)}"
        )
    return Ballot(seed or secrets.token_hex(16), tuple(photos))


def cropped(pixels: NDArray[np.uint8], face: Face) -> NDArray[np.uint8]:
    """Cut a photograph to head and shoulders, so that faces are compared and not frames.

    Parameters
    ----------
    pixels : (H, W, 3) uint8, sRGB-encoded.
    face : the person's face in it.
    """
    height, width = pixels.shape[:2]
    d = face.eye_distance
    x, y = (face.iris_left + face.iris_right) / 2
    wide = min(width, round(_WIDE * d))
    high = min(height, round((_ABOVE + _BELOW) * d))
    wide, high = min(wide, round(high * 0.8)), min(high, round(wide * 1.25))
    x0 = int(np.clip(round(x - wide / 2), 0, width - wide))
    y0 = int(np.clip(round(y - _ABOVE / (_ABOVE + _BELOW) * high), 0, height - high))
    return np.ascontiguousarray(pixels[y0 : y0 + high, x0 : x0 + wide])


def key_path(page: Path) -> Path:
    """Return where the ballot of a page is kept, beside it: `page.ballot.json`."""
    return page.with_name(page.stem + ".ballot.json")


def load_ballot(path: Path) -> Ballot:
    """Read a ballot, from its own file or the one beside its page.

    Raises
    ------
    UsageError : it is not there, is no ballot, or was changed since.
    """
    if path.suffix.lower() in (".html", ".htm"):
        path = key_path(path)
    where = printable(path.name)
    try:
        data = json.loads(_text(path))
        rows = tuple((str(row["name"]), str(row["sha256"])) for row in data["photos"])
        ballot, schema, name = Ballot(str(data["seed"]), rows), data["schema"], data["ballot"]
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{where}: not a ballot; give the page or the .ballot.json beside it"
        ) from error
    if schema != SCHEMA or not 2 <= len(rows) <= len(LETTERS):
        raise UsageError(f"{where}: a ballot of a kind this version does not know")
    if name != ballot.name:
        raise UsageError(f"{where}: was changed after the page was made; make the page again")
    return ballot


def _text(path: Path) -> str:
    """Read a small text file, whatever is in it."""
    try:
        with path.open("rb") as file:
            data = file.read(_MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        raise UsageError(f"{printable(path)}: cannot be read ({reason})") from error
    if len(data) > _MOST_BYTES:
        raise UsageError(f"{printable(path)}: over 2 MB, which no vote or ballot is")
    return data.decode("utf-8-sig", "replace")


# ---------------------------------------------------------------- votes


@dataclass(frozen=True, slots=True)
class Vote:
    """One voter's choice.

    Attributes
    ----------
    voter : four letters and digits that the page gave the voter.
    ranking : pictures (by rank from 0), best first; not all need to be in it.
    """

    voter: str
    ranking: tuple[int, ...]


def check_sum(text: str) -> str:
    """Return the three letters at the end of a code, which a mistyped one does not have.

    The lower 15 bits of the 32-bit FNV-1a hash (Fowler, Noll & Vo), easily written again
    in the page's script.

    >>> check_sum("K7Q2M-BDA-4XZ9")
    'PZQ'
    """
    value = 0x811C9DC5
    for byte in text.encode("ascii"):
        value = (value ^ byte) * 0x01000193 & 0xFFFFFFFF
    return _base32(value, 3)


def _base32(number: int, digits: int) -> str:
    return "".join(_ALPHABET[number >> 5 * i & 31] for i in reversed(range(digits)))


def read_votes(ballot: Ballot, sources: Sequence[str | Path]) -> tuple[list[Vote], list[str]]:
    """Read votes from files (saved votes, mails, lists of codes) or codes given as they are.

    Of two votes by one voter the later one counts.

    Returns
    -------
    The votes, and of everything that does not count why.

    Raises
    ------
    UsageError : there is not one vote that counts.
    """
    votes: dict[str, Vote] = {}
    refused: list[str] = []
    for source in sources:
        given = str(source)
        is_code = _CODE.search(_tidy(given)) is not None and not Path(given).exists()
        text, where = (given, printable(given)) if is_code else (_text(Path(given)), "")
        where = where or printable(Path(given).name)
        found = list(dict.fromkeys(match.groups() for match in _CODE.finditer(_tidy(text))))
        if not found:
            like = f"{ballot.name}-BDA-7K2M-{check_sum(f'{ballot.name}-BDA-7K2M')}"
            refused.append(f"{where}: no vote in it; a vote looks like {like}")
        for name, letters, voter, check in found:
            reason = _wrong(ballot, name, letters, voter, check)
            if reason:
                refused.append(f"{where}: {name}-{letters}-{voter}-{check} {reason}")
                continue
            if voter in votes:
                refused.append(f"{where}: voter {voter} voted again; the later vote counts")
                del votes[voter]
            votes[voter] = Vote(voter, tuple(ballot.order[LETTERS.index(x)] for x in letters))
    if not votes:
        raise UsageError("no vote that counts:\n" + "\n".join(f"  {line}" for line in refused))
    return list(votes.values()), refused


def _tidy(text: str) -> str:
    """Undo what mail programs and phones do to a code."""
    return re.sub(r"(?<=\w)[ \u00a0]*-[ \u00a0]*(?=\w)", "-", text.translate(_DASHES)).upper()


def _wrong(ballot: Ballot, name: str, letters: str, voter: str, check: str) -> str:
    """Say what is wrong with a code; empty where nothing is."""
    if check_sum(f"{name}-{letters}-{voter}") != check:
        return "is mistyped: ask for it again"
    if name != ballot.name:
        return f"belongs to another ballot, this one is {ballot.name}"
    if len(set(letters)) < len(letters):
        return "names a picture twice"
    if any(letter not in LETTERS[: len(ballot.photos)] for letter in letters):
        return f"names a picture the ballot does not have ({len(ballot.photos)} are in it)"
    return ""


# ---------------------------------------------------------------- counting


@dataclass(frozen=True, slots=True)
class Tally:
    """What the votes say.

    Attributes
    ----------
    votes : how many.
    points : of each picture (by rank from 0), the mean Borda count per vote, 0..1: the share of
        the other pictures it was placed before.
    firsts : how often each came first.
    winners : the picture with the most points; several where they tie.
    chance : probability of so clear a lead over the next picture if voters liked both equally.
    """

    votes: int
    points: tuple[float, ...]
    firsts: tuple[int, ...]
    winners: tuple[int, ...]
    chance: float

    @property
    def verdict(self) -> str:
        """How sure it is: "clear", "leaning", "open" or "tie"."""
        if len(self.winners) > 1:
            return "tie"
        return "clear" if self.chance <= _SURE else "leaning" if self.chance <= _LEANING else "open"

    def sentence(self, ballot: Ballot) -> str:
        """Say who won and how sure that is."""
        names = " and ".join(printable(ballot.photos[w][0]) for w in self.winners)
        from_votes = f"{self.votes} {'vote' if self.votes == 1 else 'votes'}"
        if self.verdict == "tie":
            return f"{names} are level after {from_votes}: ask a few more colleagues."
        odds = f"by chance so clear a lead comes up {_percent(self.chance)} of the time"
        if self.verdict == "clear":
            return f"{names} wins after {from_votes}; {odds}."
        if self.verdict == "leaning":
            return f"{names} is ahead after {from_votes}, not yet surely; {odds}."
        if self.votes < 6:
            return (
                f"{names} is ahead after {from_votes}, too few to be sure: ask at least six people."
            )
        return (
            f"{names} is ahead after {from_votes}, but they do not agree; {odds}. Ask more people."
        )

    def as_dict(self, ballot: Ballot) -> dict[str, Any]:
        """Return the count as plain data, the pictures with the most points first."""
        order = sorted(range(len(self.points)), key=lambda k: (-self.points[k], k))
        return {
            "schema": "catchlight.votes/1",
            "ballot": ballot.name,
            "votes": self.votes,
            "verdict": self.verdict,
            "chance": round(self.chance, 6),
            "sentence": self.sentence(ballot),
            "photos": [
                {
                    "name": ballot.photos[k][0],
                    "sha256": ballot.photos[k][1],
                    "rank_by_catchlight": k + 1,
                    "points": round(self.points[k], 4),
                    "firsts": self.firsts[k],
                }
                for k in order
            ],
        }


def _percent(share: float) -> str:
    return "less than 1 %" if share < 0.01 else f"{100 * share:.0f} %"


def count(votes: Sequence[Vote], pictures: int) -> Tally:
    """Count votes by Borda's rule and say how far the lead is from chance.

    Borda 1781 ("Mémoire sur les élections au scrutin"): a picture gets a point for every other one
    that it is placed before. Pictures a voter left out share the mean of the places after the named
    ones, so that every vote gives the same number of points. For the chance, the winner is held
    against each other picture by the sign test (Conover 1999, Practical Nonparametric Statistics,
    section 3.4, two-sided, ties left out), and the least sure comparison counts; so one vote alone
    proves nothing, and six have to agree before it is clear.

    Parameters
    ----------
    votes : at least one.
    pictures : on the ballot.
    """
    table = np.array([_borda(vote.ranking, pictures) for vote in votes])
    totals = table.sum(axis=0)
    winners = [int(k) for k in np.flatnonzero(totals >= totals.max() - 1e-9)]
    chance = 1.0
    if len(winners) == 1:
        ahead = np.sign(table[:, winners[0], None] - table)
        chance = max(
            _sign_test(int((ahead[:, k] > 0).sum()), int((ahead[:, k] < 0).sum()))
            for k in range(pictures)
            if k != winners[0]
        )
    points = totals / (len(votes) * (pictures - 1))
    return Tally(
        votes=len(votes),
        points=tuple(float(p) for p in points),
        firsts=tuple(sum(vote.ranking[0] == k for vote in votes) for k in range(pictures)),
        winners=tuple(winners),
        chance=chance,
    )


def _borda(ranking: Sequence[int], pictures: int) -> NDArray[np.float64]:
    points = np.full(pictures, (pictures - len(ranking) - 1) / 2)
    points[list(ranking)] = pictures - 1 - np.arange(len(ranking))
    return points


def _sign_test(ahead: int, behind: int) -> float:
    """Probability of a split at least as one-sided between two pictures liked equally.

    >>> _sign_test(6, 0), _sign_test(1, 0)
    (0.03125, 1.0)
    """
    n = ahead + behind
    tail = sum(math.comb(n, k) for k in range(max(ahead, behind), n + 1))
    return min(1.0, tail / 2 ** (n - 1)) if n else 1.0
