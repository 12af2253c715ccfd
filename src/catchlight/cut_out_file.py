"""A cut-out by itself: the person of one photograph as a PNG with transparency."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from . import faces, identity
from .color import to_encoded, to_linear
from .consent import Consent, in_force
from .consent_book import granted, whose_face
from .encode import encode_png
from .errors import UnusablePhoto, UsageError, printable
from .files import write_atomic
from .foreground import decontaminate
from .photo import read
from .scribble import Scribble, check_scribbles
from .settings import Settings, check_model_file
from .survey import ANALYSIS_SIDE, eight_bit, example_face, refine
from .thumbnails import fitted

__all__ = ["save_cut_out"]


def save_cut_out(
    photo: str | Path,
    out: str | Path,
    *,
    who: str | Path | None = None,
    consent: Consent | str | None = None,
    scribbles: Sequence[Scribble] = (),
    settings: Settings | None = None,
) -> Path:
    """Cut the person out of one photograph: a PNG with alpha and their own colours.

    Parameters
    ----------
    who : a photograph of the person, or the name of one whose face is kept; None: the largest
        face, and no faces are compared.
    scribbles : strokes by which the cut-out is corrected; as of `make`.
    consent : who agreed that faces are compared; as of `make`.

    Raises
    ------
    NotConsented : `who` is to be found and nobody agreed that faces are compared.
    UnusablePhoto : no face was found.
    UsageError : `out` is not a .png file.
    """
    target = Path(out)
    if target.suffix.lower() != ".png":
        raise UsageError(f"--out {printable(target)}: a cut-out is a .png file")
    check_scribbles(scribbles, 1)
    settings = settings or Settings()
    check_model_file(settings)
    agreed = None if who is None else in_force(granted(consent or whose_face(who)))
    whole = read(Path(photo))
    small, factor = fitted(eight_bit(whole.pixels), ANALYSIS_SIDE)
    found = faces.find(small)
    if found and (quarters := round(found[0].roll / 90) % 4):
        whole = whole.turned(quarters)
        small, factor = fitted(eight_bit(whole.pixels), ANALYSIS_SIDE)
        found = faces.find(small)
    pixels = eight_bit(whole.pixels)
    if not found:
        raise UnusablePhoto(whole.path, "no face was found", "use a photo that shows the face")
    at = 0
    if who is not None:
        example = example_face(who, agreed)
        near = [identity.distance(identity.embedding(small, f, agreed), example) for f in found]
        at = int(np.argmin(near))
    everybody = [refine(pixels, face.scaled(1 / factor)) for face in found]
    face = everybody.pop(at)
    from .matte import cut_out

    result = cut_out(
        pixels,
        face,
        everybody,
        threads=settings.threads,
        model=settings.matting_model,
        scribbles=scribbles,
    )
    colors = to_encoded(decontaminate(to_linear(whole.pixels), result.alpha), np.uint8)
    coverage = np.round(result.alpha * 255).astype(np.uint8)
    colors[coverage == 0] = 0
    write_atomic(target, encode_png(np.dstack([colors, coverage])))
    return target
