"""Identity: how far the face lies from the person's photographs, as the face network sees it.

One threshold does not fit all: people's own photographs lie 0.2 to 0.64 apart (dlib distance), and
generators land inside that. So the distance is held against this person's own spread, and by itself
it decides nothing: it tells another person's face from this one's, and little else.
"""

from __future__ import annotations

import numpy as np

from ..identity import distance
from ..landmarks import FACE_OVAL
from .calibration import judged
from .case import Case
from .facts import polygon
from .finding import Finding, could_not_assess

__all__ = ["NAME", "identity"]

NAME, TITLE = "identity", "the face as a whole"
# Mean distance of a person's photographs to one another, and its spread over people; and of one
# photograph's mean distance to the others about the person's own mean. From seven people's sessions
# and 41 pairs of one sitting (benchmarks/audit.py).
_USUAL, _OVER_PEOPLE, _OF_PHOTO = 0.34, 0.09, 0.06


def identity(case: Case) -> Finding:
    """Mean dlib distance to the references, in standard deviations above what is this person's."""
    if not case.references:
        return could_not_assess(NAME, TITLE, "dlib distance", "there are no reference photos")
    vectors = [reference.embedding for reference in case.references]
    value = float(np.mean([distance(case.picture.embedding, other) for other in vectors]))
    own, spread = _USUAL, None
    width = np.hypot(_OVER_PEOPLE, _OF_PHOTO)
    if len(vectors) > 1:
        each = [
            float(np.mean([distance(one, two) for two in vectors if two is not one]))
            for one in vectors
        ]
        spread = max(each)
        # the person's own mean, drawn towards the population's as far as it is uncertain
        doubt = _OF_PHOTO**2 / (len(vectors) - 1)
        share = _OVER_PEOPLE**2 / (_OVER_PEOPLE**2 + doubt)
        own = share * float(np.mean(each)) + (1 - share) * _USUAL
        width = np.hypot(_OF_PHOTO, np.sqrt(1 - share) * _OVER_PEOPLE)
    statistic = (value - own) / float(width)
    count = len(vectors)
    photos = "the reference photo" if count == 1 else f"the {count} reference photos"
    among = "" if spread is None else f"; they lie up to {spread:.2f} from one another"
    return judged(
        NAME,
        TITLE,
        value,
        "dlib distance",
        statistic,
        {
            "consistent": f"As near to {photos} as other photos of one person are{among}."
            " Generated pictures are often as near, so this alone decides nothing.",
            "differs": f"Farther from {photos} than photos of one person lie{among}.",
        },
        spread=spread,
        regions=(polygon(case.picture, FACE_OVAL),),
    )
