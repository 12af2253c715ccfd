"""The user's settings and where their own files live; reading of TOML into checked models.

The configuration folder is the platform's (on Linux `$XDG_CONFIG_HOME/catchlight`), or the one that
`CATCHLIGHT_CONFIG` names. It may hold `config.toml`, and the user's own looks and destinations in
`looks/*.toml` and `destinations/*.toml`. Nothing in it is needed: every setting has a default.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from .errors import RecipeError, UsageError, printable

__all__ = [
    "DATA_VARIABLE",
    "KEPT_DAYS",
    "MOST_DAYS",
    "Name",
    "Settings",
    "StrictModel",
    "check",
    "check_model_file",
    "config_dir",
    "config_file",
    "data_dir",
    "identity_file",
    "load_settings",
    "read_toml",
]

ENVIRONMENT_VARIABLE = "CATCHLIGHT_CONFIG"
DATA_VARIABLE = "CATCHLIGHT_DATA"

KEPT_DAYS = 30
"""Days after its last use that a session is kept, where the settings do not say."""
MOST_DAYS = 3 * 365
"""Days after its beginning that a session is kept at most, whatever is set and however used."""

# A look, a recipe or a settings file is a page of text; anything bigger is a mistake.
MAX_TOML_BYTES = 256 * 1024
MAX_ERRORS_SHOWN = 5

# Names become file names in the output folder, so they are kept to what every file system takes.
Name = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]


class StrictModel(BaseModel):
    """Data from a TOML file: no unknown keys, no conversions, no infinities, never changed."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


ModelT = TypeVar("ModelT", bound=StrictModel)


class Settings(StrictModel):
    """What a user may set once for every session, in `config.toml`.

    Attributes
    ----------
    look : name of the look used when none is asked for.
    destinations : names of the destinations made when none are asked for; None: those of the look.
    retouch : "none", "light" or "standard", when --retouch does not say; None: that of the look.
    threads : threads one photo may use. Two is what pays off: passes over memory, not arithmetic,
        set the pace (FIELD notes, measured).
    max_pixels : photos with more pixels than this are refused before they are decoded. The default,
        200 megapixels, is above the largest medium-format sensors (about 150).
    max_bytes : files larger than this are refused before they are read. In bytes.
    matting_model : an ONNX file of the user's own that is asked where the person is, in place of
        the networks that come along (see `matting_model.py`); None: those.
    keep_days : days after its last use that the studio keeps a session; three years at most.
    """

    look: Name = "corporate"
    destinations: Annotated[tuple[Name, ...] | None, Field(strict=False)] = None
    retouch: Literal["none", "light", "standard"] | None = None
    threads: int = Field(default=2, ge=1, le=64)
    max_pixels: int = Field(default=200_000_000, ge=1_000_000, le=1_000_000_000)
    max_bytes: int = Field(default=512 * 1024**2, ge=1024**2, le=4 * 1024**3)
    matting_model: Annotated[Path | None, Field(strict=False)] = None
    keep_days: int = Field(default=KEPT_DAYS, ge=1, le=MOST_DAYS)


def check_model_file(settings: Settings) -> None:
    """Refuse a matting network that is not there, before any photo is read.

    Raises
    ------
    UsageError
        There is no such file; the message names it.
    """
    path = settings.matting_model
    if path is not None and not path.is_file():
        raise UsageError(f"--matting-model {printable(path)}: there is no such file")


def config_dir() -> Path:
    """Return the folder that holds `config.toml`, `looks/` and `destinations/`; it may not exist.

    `CATCHLIGHT_CONFIG` overrides the platform's folder; it names the folder or the file in it.
    """
    return config_file().parent


def config_file() -> Path:
    """Return the path of the settings file; it may not exist."""
    override = os.environ.get(ENVIRONMENT_VARIABLE)
    if not override:
        return platformdirs.user_config_path("catchlight", appauthor=False) / "config.toml"
    path = Path(override).expanduser()
    return path if path.suffix == ".toml" else path / "config.toml"


def data_dir() -> Path:
    """Return the folder of identity, trusted certificates and consents; it may not exist.

    `CATCHLIGHT_DATA` overrides the platform's (on Linux `$XDG_DATA_HOME/catchlight`).
    """
    override = os.environ.get(DATA_VARIABLE)
    if override:
        return Path(override).expanduser()
    return platformdirs.user_data_path("catchlight", appauthor=False)


def identity_file() -> Path:
    """Return the local authority's certificate; where it exists there is an identity to sign."""
    return data_dir() / "identity" / "authority.pem"


def load_settings(**asked: object) -> Settings:
    """Read the user's settings; the defaults where there is no file.

    Parameters
    ----------
    asked : what was asked for this time; it goes before the file unless it is None.

    Raises
    ------
    RecipeError
        The file is not readable, not TOML or has a wrong key; the message names file and key.
    """
    path = config_file()
    settings = check(read_toml(path), Settings, path.name) if path.exists() else Settings()
    return settings.model_copy(update={k: v for k, v in asked.items() if v is not None})


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file of at most 256 KiB into plain data.

    Raises
    ------
    RecipeError
        The file cannot be read, is too large, not UTF-8 or not TOML; the message names the file.
    """
    name = printable(path.name)
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_TOML_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise RecipeError(f"{name}: cannot be read ({reason})") from error
    if len(raw) > MAX_TOML_BYTES:
        raise RecipeError(f"{name}: larger than {MAX_TOML_BYTES // 1024} KiB, not such a file")
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise RecipeError(f"{name}: not UTF-8 text (byte {error.start})") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise RecipeError(f"{name}: not valid TOML: {printable(error)}") from error


def check(
    data: Mapping[str, Any], model: type[ModelT], source: str, text: str | None = None
) -> ModelT:
    """Turn plain data into a checked model.

    Parameters
    ----------
    data : as `read_toml` returns it.
    model : the class to build.
    source : name of the file, for messages.
    text : the TOML that the data was read from, to name the line of each mistake; None: no lines.

    Raises
    ------
    RecipeError
        A key is unknown, missing or has a wrong value; the message names the file and each key.
    """
    try:
        return model.model_validate(dict(data))
    except ValidationError as error:
        problems = [
            ("" if text is None else _line(text, detail["loc"])) + _problem(detail)
            for detail in error.errors(include_url=False)
        ]
        more = len(problems) - MAX_ERRORS_SHOWN
        shown = "; ".join(problems[:MAX_ERRORS_SHOWN]) + (f"; and {more} more" if more > 0 else "")
        raise RecipeError(f"{printable(source)}: {shown}") from error


def _line(text: str, place: tuple[int | str, ...]) -> str:
    r"""Say in which line of TOML a key stands, or else its table; nothing where neither is found.

    >>> _line("a = 1\n[frame]\nsize_px = [1, 2]\n", ("frame", "size_px", 0))
    'line 3: '
    """
    keys = [part for part in place if isinstance(part, str)]
    table: list[str] = []
    found = 0
    for number, line in enumerate(text.splitlines(), start=1):
        head = line.split("#")[0].strip()
        if head.startswith("["):
            table = [part.strip(" \"'") for part in head.strip("[] ").split(".")]
            if keys[: len(table)] == table:
                found = number
        elif "=" in head:
            key = [part.strip(" \"'") for part in head.split("=")[0].split(".")]
            if keys and keys[: len(table) + len(key)] == table + key:
                return f"line {number}: "
    return f"line {found}: " if found else ""


def _problem(detail: Any) -> str:
    """Say in words what pydantic found wrong with one key."""
    key = printable(".".join(str(part) for part in detail["loc"]))
    if detail["type"] == "missing":
        return f"the key {key} is missing"
    if detail["type"] == "extra_forbidden":
        return f"the key {key} is unknown"
    message = printable(detail["msg"]).removeprefix("Value error, ")
    message = message[:1].lower() + message[1:]
    if not key:
        return message
    value = detail["input"]
    shown = f" = {printable(value)[:60]}" if isinstance(value, str | int | float | bool) else ""
    return f"{key}{shown}: {message}"
