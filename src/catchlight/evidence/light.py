"""Light: whether the shading of the face and the lights in the eyes tell of one lamp.

The direction of the key is read twice, from the shading of the skin (`lighting`, without the eyes)
and from where both corneas mirror it (Johnson & Farid 2007, "Exposing digital forgeries through
specular highlights on the eye"). In a composite, or a painted picture, they need not agree.
"""

from __future__ import annotations

import numpy as np

from ..landmarks import FACE_OVAL
from ..lighting import lighting
from ..mirrored_light import mirrored_direction
from .calibration import judged
from .case import Case
from .facts import polygon
from .finding import Finding, could_not_assess

__all__ = ["NAME", "light"]

NAME, TITLE = "light", "the light on face and eyes"
_FLAT = 0.8  # stops of key over fill: flatter, the shading tells no direction


def light(case: Case) -> Finding:
    """Angle between the key as the skin tells it and as the eyes do, in degrees.

    The statistic is in standard deviations of the skin's own uncertainty.
    """
    picture = case.picture
    if picture.irises_hidden is not None:
        return could_not_assess(NAME, TITLE, "degree", picture.irises_hidden)
    towards = mirrored_direction(picture.view, picture.face)
    if towards is None:
        return could_not_assess(NAME, TITLE, "degree", "the eyes mirror no light clearly")
    shaded = lighting(picture.view, picture.face, eyes=False)
    if shaded is None or shaded.key_to_fill < _FLAT:
        return could_not_assess(NAME, TITLE, "degree", "the light is too flat to have a direction")
    cosine = float(np.clip(shaded.direction @ towards, -1, 1))
    value = float(np.degrees(np.arccos(cosine)))
    statistic = value / float(np.hypot(shaded.uncertainty, 15.0))
    return judged(
        NAME,
        TITLE,
        value,
        "degree",
        statistic,
        {
            "consistent": f"The skin's shading and the lights in the eyes come from one direction"
            f" ({value:.0f}° apart).",
            "differs": f"The skin is lit from {value:.0f}° away from the light in the eyes.",
        },
        regions=(polygon(picture, FACE_OVAL),),
    )
