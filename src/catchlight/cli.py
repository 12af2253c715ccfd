"""The command line. It holds no image mathematics, and loads what a command needs when it runs."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from . import cli_audit, cli_consent, cli_store, cli_studio, cli_team, cli_trust
from .cli_consent import needed, wished
from .cli_options import AsJson, ConsentText, MattingModel, Photos, Quiet, Scribbles, Who
from .cli_progress import showing

if TYPE_CHECKING:
    from .consent import Consent
    from .healing import ByHand
    from .looks import RetouchLevel
    from .scribble import Scribble

__all__ = ["app", "main"]

app = typer.Typer(
    name="catchlight",
    help=(
        "Professional headshots from your own photos, on your own machine, "
        "without generating a single pixel of you."
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

app.add_typer(cli_team.team)
app.add_typer(cli_consent.consent)
app.add_typer(cli_trust.identity)
app.add_typer(cli_trust.trust)
app.command()(cli_trust.verify)
app.command()(cli_audit.audit)
app.command()(cli_audit.fresh)
app.command()(cli_studio.studio)
app.command()(cli_store.forget)
app.command()(cli_store.reindex)


def main() -> None:
    """Run the command line; errors become one message and an exit code, never a traceback."""
    from .errors import CatchlightError

    try:
        app()
    except CatchlightError as error:
        print(f"catchlight: {error}", file=sys.stderr)
        raise SystemExit(error.exit_code) from None
    except KeyboardInterrupt:
        print("catchlight: stopped; nothing was written", file=sys.stderr)
        raise SystemExit(130) from None


def _print_version(wanted: bool) -> None:
    if wanted:
        from . import __version__

        print(f"catchlight {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version",
            help="Print the version and exit.",
            callback=_print_version,
            is_eager=True,
        ),
    ] = False,
) -> None:
    """Professional headshots from your own photos, on your own machine."""


def _level(name: str | None) -> RetouchLevel | None:
    from .errors import UsageError, printable

    levels: tuple[RetouchLevel, ...] = ("none", "light", "standard")
    found = next((level for level in levels if level == name), None)
    if name is not None and found is None:
        raise UsageError(f"--retouch {printable(name)}: it is none, light or standard")
    return found


def _agreed(text: str | None, who: Path | None, quiet: bool) -> Consent | None:
    """Return by whose consent faces are compared; somebody in `who` is found only with one."""
    from .consent_book import whose_face

    text = text or whose_face(who)
    return wished(text, quiet=quiet) if who is None else needed("--who", text, quiet=quiet)


def _by_hand(keep_all: bool, remove: Sequence[str], keep: Sequence[str]) -> ByHand:
    from .errors import UsageError, printable
    from .healing import ByHand

    def points(flag: str, texts: Sequence[str]) -> tuple[tuple[float, float], ...]:
        found = []
        for text in texts:
            try:
                x, y = (float(part) for part in text.split(","))
            except ValueError:
                raise UsageError(
                    f"{flag} {printable(text)}: two shares of the photo, as 0.41,0.33"
                ) from None
            found.append((x, y))
        return tuple(found)

    return ByHand(keep_all, points("--remove", remove), points("--keep", keep))


def _strokes(texts: Sequence[str] | None) -> tuple[Scribble, ...]:
    from .scribble import parse_scribble

    return tuple(parse_scribble(text) for text in texts or ())


@app.command()
def make(
    photos: Photos,
    out: Annotated[Path, typer.Option(help="Folder for the result.")] = Path("headshot"),
    look: Annotated[
        str | None, typer.Option(help="A look (see: catchlight looks), or a TOML file.")
    ] = None,
    backdrop: Annotated[
        str | None,
        typer.Option(
            help="keep, soften, studio, a paper's colour (#8090a0), or a photo to stand before.",
            metavar="NAME|COLOUR|PHOTO",
        ),
    ] = None,
    f_number: Annotated[
        float | None,
        typer.Option(help="Aperture of the 85 mm lens that blurs what is behind, e.g. 1.8."),
    ] = None,
    destinations: Annotated[
        str | None,
        typer.Option("--for", help="Where it goes, separated by commas: linkedin,web,zoom."),
    ] = None,
    top: Annotated[int, typer.Option(help="How many different pictures to make.")] = 1,
    who: Who = None,
    consent: ConsentText = None,
    matting_model: MattingModel = None,
    signer: Annotated[
        str | None,
        typer.Option(
            help="Who signs it, a PEM or TOML file; else your identity, if you have made one.",
            metavar="FILE",
        ),
    ] = None,
    retouch: Annotated[
        str | None,
        typer.Option(help="none, light or standard; else that of the look.", metavar="LEVEL"),
    ] = None,
    remove: Annotated[
        list[str] | None,
        typer.Option(help="Heal the mark there: shares of the photo.", metavar="X,Y"),
    ] = None,
    keep: Annotated[
        list[str] | None, typer.Option(help="Keep the mark there.", metavar="X,Y")
    ] = None,
    keep_all: Annotated[bool, typer.Option("--keep-all", help="Heal no mark.")] = False,
    perspective: Annotated[
        str,
        typer.Option(
            help="Re-project a photo taken from too near to 1.5 m: off, auto or on.",
            metavar="off|auto|on",
        ),
    ] = "off",
    scribble: Scribbles = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Make a finished headshot from a folder of ordinary photos."""
    from . import session, telling
    from .choosing import given_photos
    from .settings import load_settings

    settings = load_settings(matting_model=matting_model)
    level = _level(retouch)
    by_hand = _by_hand(keep_all, remove or (), keep or ())
    strokes = _strokes(scribble)
    names = (
        [name.strip() for name in destinations.split(",") if name.strip()]
        if destinations
        else settings.destinations
    )
    given_photos(photos, out)  # nobody is asked anything for a folder without photos
    agreed = _agreed(consent, who, quiet)
    with showing(quiet or as_json) as progress:
        result = session.make(
            photos,
            out,
            look=look or settings.look,
            backdrop=backdrop,
            f_number=f_number,
            destinations=names,
            perspective=perspective,  # type: ignore[arg-type]
            top=top,
            who=who,
            consent=agreed,
            signer=signer,
            retouch=level,
            by_hand=by_hand,
            scribbles=strokes,
            progress=progress,
            settings=settings,
        )
    if as_json:
        print(json.dumps(result.data, ensure_ascii=False, indent=1))
    else:
        telling.say_session(result)


@app.command()
def pick(
    photos: Photos,
    top: Annotated[int, typer.Option(help="How many different pictures to pick.")] = 3,
    look: Annotated[
        str | None, typer.Option(help="Whose taste to pick by (see: catchlight looks).")
    ] = None,
    who: Who = None,
    consent: ConsentText = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for proofs.jpg, picks.json and the stills of clips."),
    ] = None,
    blind: Annotated[
        Path | None,
        typer.Option(
            help="Write a page for colleagues to choose on, without scores.", metavar="PAGE.html"
        ),
    ] = None,
    candidates: Annotated[int, typer.Option(help="How many pictures are on that page.")] = 6,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Pick the best photos, each different, and say why; end with notes for a reshoot."""
    from . import session, telling
    from .choosing import given_photos
    from .settings import load_settings

    settings = load_settings()
    given_photos(photos, out)
    agreed = _agreed(consent, who, quiet)
    with showing(quiet or as_json) as progress:
        result = session.pick_photos(
            photos,
            top=top,
            look=look or settings.look,
            who=who,
            out=out,
            blind=blind,
            on_ballot=candidates,
            consent=agreed,
            progress=progress,
            settings=settings,
        )
    if as_json:
        print(json.dumps(result.data, ensure_ascii=False, indent=1))
    else:
        telling.say_picks(result)
    if blind is not None and not as_json:
        page, ballot = result.files[:2]
        print(f"\nSend {page} to colleagues; keep {ballot.name} beside it, it is not for them.")
        print(f"Count what they send back with: catchlight votes {page} CODES-OR-FILES")


@app.command()
def votes(
    page: Annotated[Path, typer.Argument(help="The page, or the .ballot.json beside it.")],
    given: Annotated[
        list[str], typer.Argument(help="Codes, or files with votes in them.", metavar="VOTES")
    ],
    as_json: AsJson = False,
) -> None:
    """Count the votes of colleagues on a page made with: catchlight pick --blind."""
    from . import ballot, telling

    asked = ballot.load_ballot(page)
    cast, refused = ballot.read_votes(asked, given)
    tally = ballot.count(cast, len(asked.photos))
    if as_json:
        print(json.dumps(tally.as_dict(asked) | {"refused": refused}, ensure_ascii=False, indent=1))
    else:
        telling.say_votes(asked, tally, refused)


@app.command()
def render(
    recipe: Annotated[
        Path, typer.Argument(help="A recipe.toml, its matte and landmarks beside it.")
    ],
    out: Annotated[
        Path | None, typer.Option(help="Folder for the files; else the recipe's own.")
    ] = None,
    original: Annotated[
        Path | None, typer.Option(help="The photo, where it is not where the recipe says.")
    ] = None,
    backdrop: Annotated[
        Path | None,
        typer.Option(help="Your own backdrop photo, where it is not where the recipe says."),
    ] = None,
) -> None:
    """Make the files of a recipe again from the original: the same bytes."""
    from . import session

    for path in session.rerender(recipe, out, original=original, backdrop=backdrop).values():
        print(path)


@app.command()
def matte(
    photo: Annotated[Path, typer.Argument(help="A photo.")],
    out: Annotated[Path, typer.Option(help="The cut-out, a .png file.")] = Path("cutout.png"),
    who: Who = None,
    consent: ConsentText = None,
    matting_model: MattingModel = None,
    scribble: Scribbles = None,
) -> None:
    """Cut the person out of one photo, hair and all: a PNG with transparency."""
    from .cut_out_file import save_cut_out
    from .settings import load_settings

    settings = load_settings(matting_model=matting_model)
    agreed = None if who is None else _agreed(consent, who, quiet=False)
    strokes = _strokes(scribble)
    print(save_cut_out(photo, out, who=who, consent=agreed, scribbles=strokes, settings=settings))


@app.command()
def looks(as_json: AsJson = False) -> None:
    """List the looks, and for whom each is."""
    from .looks import list_looks, load_look

    all_looks = [load_look(name) for name in list_looks()]
    if as_json:
        print(json.dumps([look.model_dump(mode="json") for look in all_looks], indent=1))
        return
    for look in all_looks:
        print(f"{look.name:<12} {look.for_whom}")


@app.command()
def destinations(as_json: AsJson = False) -> None:
    """List the destinations, their sizes and where the numbers come from."""
    from .destinations import list_destinations, load_destination

    places = [load_destination(name) for name in list_destinations()]
    if as_json:
        print(json.dumps([place.model_dump(mode="json") for place in places], indent=1))
        return
    for place in places:
        size = f"{place.width}×{place.height}"
        limit = f"≤ {place.max_bytes / 1e6:g} MB" if place.max_bytes else ""
        source = place.source or place.note
        if not place.confirmed:
            source = f"(unconfirmed) {source}"
        print(f"{place.name:<14} {size:<11} {place.shape:<6} {limit:<9} {source}")


@app.command()
def doctor() -> None:
    """Check that this installation can work: models, libraries, folders, speed of the first run."""
    from .doctor import examine

    worst = 0
    for check in examine():
        mark = {"ok": "ok  ", "note": "note", "bad": "BAD "}[check.status]
        print(f"{mark}  {check.title}: {check.finding}")
        worst = max(worst, check.status == "bad")
    raise typer.Exit(worst)
