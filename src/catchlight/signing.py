"""Signing a finished picture's files, as the last step, on bytes that nothing changes afterwards.

Only what was measured is signed, and only after it was rendered again and gave the same bytes
(`recheck`). So `make` signs and `render` does not: rendering again gives the bytes
under the signature, and leaves a signed file that already holds them as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from . import keys, travel_proof
from .bounds import Reading
from .claims import Claim, Ingredient, bounds_assertion, ingredient
from .credentials import sign
from .errors import CredentialError
from .jumbf import looks_signed, without_credentials
from .recheck import Remeasure, check_rendered
from .recipe import Recipe
from .signer import Signer, load_signer

__all__ = ["chosen_signer", "keep_signed", "signed_files"]


def chosen_signer(wanted: str | Path | None) -> Signer | None:
    """Return who signs: the one asked for, else the local identity; None where there is neither.

    Parameters
    ----------
    wanted : a PEM or TOML file, as `signer.load_signer` takes it; None: the local identity.

    Raises
    ------
    CredentialError : the one asked for, or the local identity that there is, cannot sign.
    """
    if wanted is not None:
        return load_signer(wanted)
    return keys.signing() if keys.exists() else None


def signed_files(
    files: Mapping[str, bytes],
    recipe: Recipe,
    readings: Sequence[Reading],
    *,
    original: Path,
    signer: Signer,
    when: datetime,
    matte: bytes | None = None,
    landmarks: bytes | None = None,
    remeasure: Remeasure | None = None,
    threads: int = 1,
    title: str = "Original photograph",
    by_hand: Collection[str] = (),
    changes: Sequence[Mapping[str, Any]] = (),
    with_recipe: bool = True,
    proofs_of: Collection[str] = ("headshot",),
) -> dict[str, bytes]:
    """Sign every file of a recipe, and make the proofs that travel outside of them.

    Parameters
    ----------
    files : by name, as `render.encode_outputs` gives them.
    readings : the likeness bounds, all measured on this picture and none exceeded.
    original : the photograph; only its hash, and credentials of its own, go into the files.
    when : the day that people read; no authority vouches for it.
    matte : the PNG file of the person's coverage that the recipe names, if it names one.
    landmarks : the file of landmarks that the recipe names, if it names one.
    remeasure : measures the likeness bounds again; `make` always gives it. None leaves the readings
        unchecked.
    threads : for rendering again; nothing depends on it.
    title : what the credentials call the original; its file's name only if the user wants that.
    by_hand : names of edits that the user set.
    changes : the ledger as plain data, if it is to be in the credentials.
    with_recipe : whether the recipe, without names of files, is in the credentials.
    proofs_of : names of the outputs that get a proof file and a code to print.

    Returns
    -------
    The signed files under their own names, and `NAME.proof.json` and `NAME.proof.svg`.

    Raises
    ------
    BoundRefused : a bound is exceeded or was not measured; nothing is signed.
    CredentialError : the original changed, a file is not what the recipe makes of it, the signer
        failed, or a byte limit would be passed.
    """
    source = ingredient(original, title)
    backdrop = _backdrop(recipe)
    check_rendered(
        files,
        recipe,
        readings,
        original=original,
        matte=matte,
        landmarks=landmarks,
        remeasure=remeasure,
        threads=threads,
    )
    made: dict[str, bytes] = {}
    for output in recipe.outputs:
        if output.file not in files:
            continue
        claim = Claim(
            recipe,
            output,
            source,
            readings,
            when,
            backdrop,
            by_hand,
            changes,
            with_recipe,
        )
        made[output.file] = sign(files[output.file], claim, signer)
        if output.name in proofs_of:
            proof, code = travel_proof.make(
                made[output.file], signer, when, bounds_assertion(claim, files[output.file])
            )
            made[f"{output.file}.proof.json"] = proof
            made[f"{output.file}.proof.svg"] = travel_proof.code_svg(code).encode("utf-8")
    return made


def _backdrop(recipe: Recipe) -> Ingredient | None:
    """The backdrop photograph, if the recipe has one and it is the one it names."""
    for edit in recipe.edits:
        path, digest = getattr(edit, "path", None), getattr(edit, "sha256", None)
        if edit.name == "backdrop" and path is not None and edit.strength > 0:
            found = ingredient(path, "Backdrop photograph")
            if found.sha256 != digest:
                raise CredentialError(
                    "not signed: the backdrop photograph is not the one the recipe was made with"
                    " (its SHA-256 differs): run again"
                )
            return found
    return None


def keep_signed(rendered: bytes, place: Path) -> bytes:
    """Return the file at `place` if it is these bytes, signed; else these bytes.

    Rendering again then leaves a signed file as it is, to the last bit.
    """
    try:
        there = place.read_bytes()
    except OSError:
        return rendered
    if looks_signed(there) and without_credentials(there) == rendered:
        return there
    return rendered
