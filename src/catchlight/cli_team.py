"""Commands of teams: a roster, a brand kit, and one hand for all."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from .cli_consent import said_for_team
from .cli_options import AsJson, ConsentText, MattingModel, Quiet
from .cli_progress import showing

if TYPE_CHECKING:
    from .brand import Brand
    from .team import Team
    from .team_runner import Runner

__all__ = ["team"]


class _RunByDefault(TyperGroup):
    """A group whose first word may be a roster: `team ROSTER.csv …` is `team run ROSTER.csv …`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put `run` before what is no command."""
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["run", *args]
        return super().parse_args(ctx, args)


team = typer.Typer(
    name="team",
    cls=_RunByDefault,
    help="Many people, one hand: a roster and a brand kit become a series. ROSTER.csv alone runs.",
    no_args_is_help=True,
)

_Out = Annotated[Path, typer.Option(help="Folder of the team.")]
_Brand = Annotated[
    Path | None, typer.Option(help="The brand kit; else brand.toml beside the roster.")
]
_Scheduler = Annotated[
    str | None,
    typer.Option(help="A Dask cluster there is; else this machine.", metavar="tcp://HOST:8786"),
]
_Workers = Annotated[
    int | None,
    typer.Option(help="Processes here; else one a core. 0: none, one after the other.", min=0),
]
_RosterFile = Annotated[
    Path | None, typer.Option(help="The roster, where it is not where it was.", metavar="FILE")
]


@team.command()
def init(
    folder: Annotated[Path, typer.Argument(help="Folder for the two files.")] = Path(),
) -> None:
    """Write a roster and a brand kit to fill in; neither replaces one that is there."""
    from .brand import BRAND_FILE
    from .errors import UsageError, printable
    from .files import write_atomic
    from .roster import ROSTER_FILE

    files = {folder / "ROSTER.csv": ROSTER_FILE, folder / "brand.toml": BRAND_FILE}
    for path in files:
        if path.exists():
            raise UsageError(f"{printable(path)} is there already; give another folder")
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        write_atomic(path, text.encode("utf-8"))
        print(path)


@team.command()
def run(
    roster: Annotated[Path, typer.Argument(help="The roster, a CSV file.")],
    brand: _Brand = None,
    out: _Out = Path("team"),
    scheduler: _Scheduler = None,
    workers: _Workers = None,
    new_series: Annotated[
        bool,
        typer.Option("--new-series", help="Settle the series anew from everybody who is here."),
    ] = False,
    no_sign: Annotated[
        bool, typer.Option("--no-sign", help="Sign nothing, though there is an identity.")
    ] = False,
    consent: ConsentText = None,
    matting_model: MattingModel = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Bring a team up to date: only what is missing or has changed is done."""
    from .brand import load_brand

    kit = load_brand(brand or roster.parent / "brand.toml")
    said_for_team(roster, out, consent)
    _run(
        roster, kit, out, scheduler, workers, matting_model, quiet or as_json, as_json,
        new_series=new_series, sign=not no_sign,
    )  # fmt: skip


@team.command()
def add(
    roster: Annotated[Path, typer.Argument(help="The roster, a CSV file.")],
    name: Annotated[str, typer.Argument(help="Who joins, or has sent other photos.")],
    photos: Annotated[
        list[str], typer.Argument(help="Their photos, folders or addresses.", metavar="PHOTOS")
    ],
    out: _Out = Path("team"),
    scheduler: _Scheduler = None,
    consent: ConsentText = None,
    matting_model: MattingModel = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Add a late joiner: framed, lit and set off exactly as the series is."""
    from .errors import UsageError, printable
    from .roster import with_photos
    from .team_state import load_state

    state = load_state(out)
    if state is None:
        raise UsageError(f"{printable(out)}: there is no team here yet: catchlight team {roster}")
    with_photos(roster, name, photos)
    said_for_team(roster, out, consent, only=name)
    _run(
        roster, state.brand, out, scheduler, 0, matting_model, quiet or as_json, as_json, only=name
    )


@team.command()
def approve(
    name: Annotated[str, typer.Argument(help="Who approved their own picture.")],
    out: _Out = Path("team"),
    roster: _RosterFile = None,
) -> None:
    """Record that a person approved their picture; from then on others see it."""
    from .team_word import approve as say

    say(out, name, roster)
    print(f"{name}: approved; shown in {out / 'team.html'}")


@team.command()
def retake(
    name: Annotated[str, typer.Argument(help="Who is asked for other photos.")],
    why: Annotated[str, typer.Option(help="What to ask for; else what was measured.")] = "",
    out: _Out = Path("team"),
    roster: _RosterFile = None,
) -> None:
    """Ask a person for other photos; print the line to send."""
    from .team_reasons import letter
    from .team_word import ask_retake

    result = ask_retake(out, name, why, roster)
    member = result.roster.named(name)
    print(letter(member.name, [result.state.people[member.slug].why]))


@team.command()
def deliver(
    to: Annotated[Path | None, typer.Argument(help="Folder; else delivery in the team's.")] = None,
    out: _Out = Path("team"),
    roster: _RosterFile = None,
) -> None:
    """Copy what was approved into one folder, by the brand kit's file names."""
    from .team_word import hand_over

    for path in hand_over(out, to, roster):
        print(path)


def _run(
    roster: Path,
    kit: Brand,
    out: Path,
    scheduler: str | None,
    workers: int | None,
    matting_model: Path | None,
    quiet: bool,
    as_json: bool,
    *,
    only: str | None = None,
    new_series: bool = False,
    sign: bool = True,
) -> None:
    from .settings import load_settings
    from .team import run_team

    settings = load_settings(matting_model=matting_model)
    with _runner(scheduler, workers) as runner, showing(quiet) as progress:
        result = run_team(
            roster, kit, out, runner, only=only, new_series=new_series, sign=sign,
            progress=progress, settings=settings,
        )  # fmt: skip
    _say(result, as_json)


@contextmanager
def _runner(scheduler: str | None, workers: int | None) -> Iterator[Runner]:
    from .team_runner import Here, on_dask

    if scheduler is None and workers == 0:
        yield Here()
        return
    with on_dask(scheduler, workers, lambda text: print(text, file=sys.stderr)) as runner:
        yield runner


def _say(result: Team, as_json: bool) -> None:
    """Say how far the team is, and what is in its folder."""
    from .team_pages import consistency

    sheet = consistency(result.people)
    if as_json:
        data = result.state.model_dump(mode="json", by_alias=True) | {
            "consistency": sheet,
            "looked_at": result.looked_at,
            "printed": result.printed,
        }
        print(json.dumps(data, ensure_ascii=False, indent=1))
        return
    counts: dict[str, int] = {}
    for known in result.state.people.values():
        counts[known.status] = counts.get(known.status, 0) + 1
    print(f"{len(result.state.people)} people: {', '.join(f'{n} {s}' for s, n in counts.items())}")
    print(f"looked at {len(result.looked_at)}, made the pictures of {len(result.printed)}")
    for row in sheet["spreads"]:
        after = row["after"]
        if after and row["most"] is not None:
            mark = "ok  " if after["within"] else "wide"
            print(
                f"{mark}  {row['title']}: at most {after['farthest']:.2f} {row['unit']} from the"
                f" median ({row['most']:g} allowed)"
            )
    for person in result.people.values():
        if person.outside:
            print(f"outside the series: {person.name}: {person.outside[0]}")
    print(f"{result.out / 'team.html'}, consistency.html, retakes.csv; proofs in people/")
