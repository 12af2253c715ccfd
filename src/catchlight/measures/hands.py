"""Hands at the face: in the hair, at the cheek, or holding something before the face."""

from __future__ import annotations

import numpy as np

from ..hands import hands_at_head
from ..segment import unit
from .measure import Measure, could_not_assess
from .subject import Subject

__all__ = ["hands_at_face"]

_SMALLEST = 12.0  # pixels between the eyes of the photo as read: a palm is hardly wider


def hands_at_face(subject: Subject) -> Measure:
    """How many hands are at the head: in the hair, at the face or the jaw.

    Verdicts: "free", "hands at the head". A hand in the hair, at the cheek or the jaw or with a
    camera before the eye draws the look away from the face, and no edit takes it out. Of 188
    photographs four show one: all four are found, and nothing else (own labels). A hand that shows
    no skin beside the face (a fist under the chin, fingers on the lips) is not looked for, for
    that would take 10 ms of every photo; hands in gloves are not noticed.
    """
    name, unit_ = "HandsAtFace", "1"
    if unit(subject.face) < _SMALLEST:
        return could_not_assess(name, unit_, "the face is too small to see hands at it")
    pixels = subject.photo.pixels
    eight_bit = (pixels >> 8 if pixels.dtype == np.uint16 else pixels).astype(np.uint8, copy=False)
    count = len(hands_at_head(eight_bit, subject.face, subject.person))
    if not count:
        return Measure(name, 0.0, unit_, 100.0, "ok", "no hand is at the head", "free")
    if count > 1:
        reason = "hands are in the hair or at the face: let both hang down"
    else:
        reason = "a hand is in the hair or at the face: let both hang down"
    return Measure(name, float(count), unit_, 30.0, "ok", reason, "hands at the head")
