"""Teams: many people, one hand. The use cases, as `session` has them for one person.

roster → facts of each (networks, on workers) → the series' numbers → each one's delivery (workers)
       → statuses → the team's pages
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from . import __version__
from .brand import Brand, SeriesNumbers
from .consent import Consent
from .consistency import from_own
from .errors import CatchlightError, OutputError, UsageError, printable
from .files import check_writable, sha256
from .progress import Progress, silent
from .roster import Member, Roster, load_roster
from .series import own_target, settle
from .settings import Settings, check_model_file
from .team_consent import consent_of, say_for_all
from .team_facts import FACTS_VERSION, Facts
from .team_files import alone, complete, facts_file, folder, keep_facts, keep_person
from .team_pages import write_pages
from .team_photos import fingerprint, found_photos
from .team_print import Delivery, Printing, print_person
from .team_reasons import outside, refused
from .team_runner import Runner
from .team_sitting import Sitting, look_at
from .team_state import Approval, Person, State, digest, load_person, load_state, save_state
from .team_status import settle_status, statuses

__all__ = ["Team", "load_team", "run_team", "written"]


@dataclass(frozen=True, slots=True)
class Team:
    """A team as it is.

    Attributes
    ----------
    out : its folder.
    roster : who is in it.
    state : brand kit, series and statuses.
    people : by folder, what was made of those whose photographs are in.
    looked_at, printed : folders of the people for whom networks ran, and who were rendered.
    """

    out: Path
    roster: Roster
    state: State
    people: Mapping[str, Person]
    looked_at: tuple[str, ...] = ()
    printed: tuple[str, ...] = ()


@dataclass(slots=True)
class _Run:
    """One run: what its steps share."""

    out: Path
    brand: Brand
    runner: Runner
    settings: Settings
    progress: Progress
    sign: bool
    members: dict[str, Member]
    photos: dict[str, tuple[str, ...]] = field(default_factory=dict)
    given: dict[str, str] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    looked_at: list[str] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)
    problems: dict[str, UsageError] = field(default_factory=dict)


def run_team(
    roster_path: Path,
    brand: Brand,
    out: Path,
    runner: Runner,
    *,
    only: str | None = None,
    new_series: bool = False,
    sign: bool = True,
    consent: Consent | None = None,
    progress: Progress = silent,
    settings: Settings | None = None,
) -> Team:
    """Bring a team up to date: do what is missing, for everybody whose photographs are in.

    Parameters
    ----------
    roster_path : the roster; statuses are written into it.
    brand : the brand kit.
    out : the team's folder.
    runner : where the work is done.
    only : name of the one person to look at; None: everybody.
    new_series : whether the series' numbers are settled anew from everybody who is here.
    sign : whether workers with a local identity sign.
    consent : whoever states that everybody of whom the roster says nothing agreed that faces are
        compared, until when; recorded, and written into the roster. Of whom nothing is known or
        "no" stands there, faces are not compared, as of `session.make`.
    progress : called with (stage, done, total).
    settings : limits; None: the defaults. Each person gets one thread.

    Raises
    ------
    UsageError : the roster is wrong, nobody's photographs are in, or workers failed at somebody,
        who is named; all others are done then.
    OutputError : the result cannot be written.
    """
    settings = (settings or Settings()).model_copy(update={"threads": 1})
    check_model_file(settings)
    roster = load_roster(roster_path)
    if consent is not None:
        check_writable(out)
        say_for_all(roster_path, consent, out, only)
        roster = load_roster(roster_path)
    members = [roster.named(only)] if only else roster.members
    check_writable(out)
    known = load_state(out)
    run = _Run(out, brand, runner, settings, progress, sign, {each.slug: each for each in members})
    _gather(run, roster)
    _look(run)
    series = _series(run, known, new_series=new_series)
    if series is not None:
        _print(run, series)
    with alone(out):  # what was said or written meanwhile counts
        team = _finished(run, load_roster(roster_path), load_state(out), series)
    if run.problems:
        rows = "".join(f"\n  {run.members[s].name}: {e}" for s, e in run.problems.items())
        raise UsageError(f"{len(run.problems)} people are not done, all others are:{rows}")
    return team


def _refuse(run: _Run, slug: str, error: CatchlightError, made_of: str | None = None) -> None:
    """Remember that nothing can be made of a person's photographs, or that it was not tried."""
    if isinstance(error, UsageError):  # nothing about the photographs
        run.problems[slug] = error
        return
    person = Person(
        name=run.members[slug].name,
        photos=run.keys[slug],
        given=run.given[slug],
        made_of=made_of,
        outside=(refused(error),),
    )
    keep_person(run.out, slug, person, None)


def load_team(out: Path, roster_path: Path | None = None) -> Team:
    """Read a team as it is.

    Raises
    ------
    UsageError : there is none in that folder.
    """
    state = load_state(out)
    if state is None:
        raise UsageError(f"{printable(out)}: there is no team here; run one with: catchlight team")
    roster = load_roster(roster_path or Path(state.roster))
    return Team(out, roster, state, _people(out, roster))


def _people(out: Path, roster: Roster) -> dict[str, Person]:
    found = {member.slug: load_person(folder(out, member.slug)) for member in roster.members}
    return {slug: person for slug, person in found.items() if person is not None}


def _gather(run: _Run, roster: Roster) -> None:
    """Find everybody's photographs and what is in them."""
    for done, (slug, member) in enumerate(run.members.items()):
        run.progress("finding the photos", done, len(run.members))
        try:
            found = found_photos(member.photos)
            key = fingerprint(found)
        except UsageError as error:
            if any("://" in place for place in member.photos):
                raise UsageError(
                    f"{printable(roster.path.name)}, line {member.line}, photos: {error}"
                ) from None
            continue  # a folder that is not there yet
        if found:
            run.photos[slug], run.given[slug] = tuple(found), key
            run.keys[slug] = _key(run, member, key)
    if not run.photos:
        raise UsageError(
            f"{printable(roster.path.name)}: nobody's photos are here yet; put them where its"
            " column photos says"
        )


def _key(run: _Run, member: Member, photos: str) -> str:
    """Digest of somebody's photographs and how they are looked at.

    What was found by a consent stays good when its day is past, for no embedding is in it.
    """
    compared = digest(photos, FACTS_VERSION, _network(run.settings))
    if consent_of(member) is not None or facts_file(run.out, member.slug, compared).is_file():
        return compared
    return digest(compared, "not compared")


def _network(settings: Settings) -> str:
    """Digest of the user's own matting network; empty where there is none."""
    return "" if settings.matting_model is None else sha256(settings.matting_model)


def _look(run: _Run) -> None:
    """Find the facts of those of whom there are none yet."""
    missing = []
    for slug, key in run.keys.items():
        made = load_person(folder(run.out, slug))
        if made is not None and made.photos == key and made.made_of is None:
            continue  # these photographs were refused before
        if not facts_file(run.out, slug, key).is_file():
            missing.append(slug)
    jobs = (
        (slug, Sitting(run.photos[slug], run.brand, run.settings, consent_of(run.members[slug])))
        for slug in missing
    )
    stage = "looking at the people"
    run.progress(stage, 0, len(missing))
    for done, (slug, result) in enumerate(run.runner.run(look_at, jobs), start=1):
        if isinstance(result, CatchlightError):
            _refuse(run, slug, result)
        else:
            keep_facts(run.out, slug, run.keys[slug], result)
            run.looked_at.append(slug)
        run.progress(stage, done, len(missing))


def _here(run: _Run) -> dict[str, Path]:
    """Return the facts of everybody in this run who has some."""
    files = {slug: facts_file(run.out, slug, key) for slug, key in run.keys.items()}
    return {slug: file for slug, file in files.items() if file.is_file()}


def _series(run: _Run, known: State | None, *, new_series: bool) -> SeriesNumbers | None:
    """Return the series' numbers: those that were settled, or of everybody who is here."""
    kept = known is not None and known.series is not None and not new_series
    if known is not None and kept and _rendered(known.brand) == _rendered(run.brand):
        return known.series
    here = _here(run)
    if not here:
        return None
    return settle(run.brand, (Facts.from_bytes(file.read_bytes()) for file in here.values()))


def _rendered(brand: Brand) -> dict[str, object]:
    """Return what of a brand kit changes pictures; names of files don't."""
    return brand.model_dump(mode="json", exclude={"files"})


def _print(run: _Run, series: SeriesNumbers) -> None:
    """Make the delivery of everybody who has none of these facts, this brand and this series."""
    todo: dict[str, tuple[Path, str, bool]] = {}
    numbers = series.model_dump(mode="json")
    for slug, file in _here(run).items():
        facts = sha256(file)
        wanted = digest(facts, run.keys[slug], _rendered(run.brand), numbers, run.sign, __version__)
        made = load_person(folder(run.out, slug))
        if made is None or made.made_of != wanted or not complete(run.out, slug, made):
            same = made is not None and made.photos == run.keys[slug] and made.identity_asked
            todo[slug] = (file, wanted, not same)
    jobs = (
        (
            slug,
            Printing(
                file.read_bytes(),
                run.brand,
                series,
                run.settings,
                consent_of(run.members[slug]),
                networks,
                run.sign,
            ),
        )
        for slug, (file, _, networks) in todo.items()
    )
    stage = "making the pictures"
    run.progress(stage, 0, len(todo))
    for done, (slug, result) in enumerate(run.runner.run(print_person, jobs), start=1):
        if isinstance(result, OutputError):
            raise result
        if isinstance(result, CatchlightError):
            _refuse(run, slug, result, todo[slug][1])
        else:
            file, wanted, networks = todo[slug]
            _keep(run, slug, file, wanted, series, result, asked=not networks or result.asked)
            run.printed.append(slug)
        run.progress(stage, done, len(todo))


def _keep(
    run: _Run,
    slug: str,
    file: Path,
    wanted: str,
    series: SeriesNumbers,
    delivery: Delivery,
    *,
    asked: bool,
) -> None:
    """Put a person's delivery in its place."""
    facts = Facts.from_bytes(file.read_bytes())
    member = run.members[slug]
    person = Person(
        name=member.name,
        title=member.title,
        photos=run.keys[slug],
        given=run.given[slug],
        made_of=wanted,
        picture=sha256(delivery.files["1/headshot.jpg"]),
        before=from_own(facts.before, own_target(facts.before, series)),
        after=delivery.after,
        outside=outside(facts, delivery.after, run.brand, series),
        notes=delivery.notes,
        identity_asked=asked,
    )
    keep_person(run.out, slug, person, delivery)


def _finished(run: _Run, roster: Roster, known: State | None, series: SeriesNumbers | None) -> Team:
    """Settle everybody's status and write it down, into the roster first."""
    people = _people(run.out, roster)
    before = {} if known is None else known.people
    states: dict[str, Approval] = {}
    for member in roster.members:
        if member.slug in run.members or member.slug not in before:
            in_ = member.slug in run.photos
            made = people.get(member.slug)
            states[member.slug] = settle_status(member, before.get(member.slug), made, in_)
        else:
            states[member.slug] = before[member.slug]
    place = str(roster.path.resolve())
    state = State(roster=place, brand=run.brand, series=series, people=states)
    team = Team(run.out, roster, state, people, tuple(run.looked_at), tuple(run.printed))
    return written(team)


def written(team: Team) -> Team:
    """Write the roster's statuses, the team's file and its pages.

    The roster goes first: a status found only there counts as the organiser's own word.
    """
    text = team.roster.with_status(statuses(team.roster, team.state.people))
    roster = team.roster
    if text != roster.text:
        roster = roster.save(text)
    save_state(team.out, team.state)
    team = replace(team, roster=roster)
    write_pages(team)
    return team
