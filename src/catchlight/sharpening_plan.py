"""Planning the output sharpening: how much for which medium, and what noise it passes over."""

from __future__ import annotations

from collections.abc import Sequence

from .destinations import Destination
from .faces import Face
from .measures.noise import skin_noise
from .measures.subject import Subject
from .photo import Photo
from .recipe import Output
from .sharpening import Sharpening
from .skin import FaceView

__all__ = ["plan_sharpening"]

# 1 makes good what reducing took; ink spreads, so paper takes twice that (our choice).
_AMOUNT = {"screen": 1.0, "paper": 2.0, "none": 0.0}
_MEASURED_AT = 80.0  # pixels between the irises for which `skin_noise` is given
_ROOT = 0.0108  # root of luminance to a step of L*, at the L* of 65 of lit skin
_CLEAN, _UNKNOWN, _MOST = 0.003, 0.006, 0.02  # of the floor


def plan_sharpening(
    outputs: Sequence[Output],
    destinations: Sequence[Destination],
    photo: Photo,
    face: Face,
    view: FaceView,
) -> tuple[Output, ...]:
    """Return the outputs with sharpening for those destinations that reduce the photograph."""
    wanted = {d.name: _AMOUNT[d.medium] for d in destinations}
    reduced = {
        o.name: o.width / (o.crop.width * photo.width)
        for o in outputs
        if wanted.get(o.name, 0) > 0 and o.mask != "person"
    }
    reduced = {name: scale for name, scale in reduced.items() if scale < 0.999}
    if not reduced:
        return tuple(outputs)
    noise = skin_noise(Subject(photo, face, (), view))
    planned = []
    for output in outputs:
        if output.name in reduced:
            floor = _UNKNOWN
            if noise is not None:  # white noise: the larger the picture, the more of it is left
                size = face.eye_distance * reduced[output.name] / _MEASURED_AT
                floor = min(max(noise[0] * _ROOT * size, _CLEAN), _MOST)
            how = Sharpening(amount=wanted[output.name], floor=round(floor, 4))
            output = output.model_copy(update={"sharpen": how})
        planned.append(output)
    return tuple(planned)
