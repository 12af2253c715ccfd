"""Telling: what the command line says of a result, in plain sentences."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from .errors import printable

if TYPE_CHECKING:
    from .auditing import Audit
    from .ballot import Ballot, Tally
    from .results import Picked, Session

__all__ = ["say_audit", "say_picks", "say_session", "say_votes"]


def say_session(result: Session) -> None:
    """Tell the result in plain sentences."""
    data = result.data
    rejected = [row for row in data["photos"] if row["status"] == "rejected"]
    for row in rejected:
        print(f"Not used: {printable(row['name'])}: {row['reasons'][0]}")
    for row in data["picks"]:
        print(f"Picked: {printable(row['headline'])} ({'; '.join(row['reasons'])})")
        for edit in row["edits"]:
            print(f"  {edit['sentence']}")
        for note in row["notes"]:
            print(f"  {note}")
        print(f"  Renew it by {row['renew_by']}; ask sooner with: catchlight fresh")
        for file in row["files"]:
            notes = " ".join(file["notes"])
            tail = f"  {notes}" if notes else ""
            print(
                f"  {result.directory / file['path']}  {file['width']}×{file['height']},"
                f" {file['bytes'] / 1000:.0f} kB{tail}"
            )
    print(f"Proofs: {result.proofs}")
    print(f"Report: {result.report}")


def say_picks(result: Picked) -> None:
    """Tell ranks and reasons, best first, and what to do better."""
    rows = result.data["photos"]
    faults = {row["photo"]: row["faults"] for row in result.data["picks"]}
    for status, title in (
        ("picked", "Picked"),
        ("usable", "Good too"),
        ("weak", "Weak"),
        ("duplicate", "Nearly the same as another"),
        ("rejected", "Can't be used"),
    ):
        those = [row for row in rows if row["status"] == status]
        if those:
            print(f"{title}:")
        for row in those:
            bad = faults.get(row["index"], [])
            reasons = [reason for reason in row["reasons"] if reason not in bad][:4]
            reasons += [f"but {bad[0]}", *bad[1:2]] if bad and reasons else bad[:2]
            place = f"{row['rank']:>3}. " if row["rank"] is not None else "     "
            score = f" ({row['score']:.0f})" if row["score"] is not None else ""
            print(f"{place}{printable(row['name'])}{score}: {'; '.join(reasons)}")
    if result.coaching:
        print("For a reshoot:")
        for sentence in result.coaching:
            print(f"  {sentence}")
    for file in result.files:
        print(f"Written: {file}")


def say_votes(ballot: Ballot, tally: Tally, refused: Sequence[str]) -> None:
    """Tell what each picture got, who won and how surely."""
    for line in refused:
        print(f"Not counted: {line}")
    for row in tally.as_dict(ballot)["photos"]:
        share = f"{100 * row['points']:.0f} %"
        print(f"{share:>6}  {printable(row['name'])}, first with {row['firsts']} of {tally.votes}")
    print(tally.sentence(ballot))


def say_audit(found: Audit) -> None:
    """Tell what the evidence shows, then each kind with how often it errs."""
    from .evidence.calibration import rates

    for error in found.rejected:
        print(f"Not compared: {error}")
    for sentence in found.sentences():
        print(sentence)
    known = rates()
    print("\nEvidence:")
    words = {"differs": "DIFFERS", "consistent": "consistent", "could_not_assess": "can't tell"}
    for finding in found.findings:
        rate = known.get(finding.name)
        tail = ""
        if rate is not None and rate.false_alarms.cases and finding.status != "could_not_assess":
            alarms = rate.false_alarms
            tail = f" [false alarms: {alarms.flagged} of {alarms.cases} untouched photos]"
        print(f"  {words[finding.status]:<11} {finding.title}: {finding.sentence}{tail}")
