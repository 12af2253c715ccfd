"""Head pose: how far the head is turned, raised and tilted."""

from __future__ import annotations

from .measure import Measure, graded
from .subject import Subject

__all__ = ["head_pitch", "head_roll", "head_yaw"]


def head_yaw(subject: Subject) -> Measure:
    """Turn of the head in degrees (ISO/IEC 29794-5 HeadPoseYaw); a little is flattering."""
    yaw = subject.face.yaw
    score = graded(abs(yaw), (12, 100), (25, 80), (40, 30), (60, 0))
    side = "left" if yaw > 0 else "right"
    if abs(yaw) <= 6:
        reason = "faces the lens"
    elif abs(yaw) <= 25:
        reason = f"turned {abs(yaw):.0f}° to their {side}"
    else:
        reason = f"turned away, {abs(yaw):.0f}° to their {side}"
    return Measure("HeadPoseYaw", yaw, "degree", score, "ok", reason)


def head_pitch(subject: Subject) -> Measure:
    """Nod of the head in degrees, positive downwards (ISO/IEC 29794-5 HeadPosePitch)."""
    pitch = subject.face.pitch
    score = graded(abs(pitch), (10, 100), (20, 70), (35, 15), (50, 0))
    if abs(pitch) <= 12:
        reason = "chin level"
    else:
        reason = f"chin {'down' if pitch > 0 else 'up'} by {abs(pitch):.0f}°"
    return Measure("HeadPosePitch", pitch, "degree", score, "ok", reason)


def head_roll(subject: Subject) -> Measure:
    """Tilt of the head in degrees (ISO/IEC 29794-5 HeadPoseRoll); a picture can be straightened."""
    roll = subject.face.roll
    score = graded(abs(roll), (6, 100), (14, 75), (25, 35), (45, 10), (90, 0))
    reason = "head upright" if abs(roll) <= 8 else f"head tilted {abs(roll):.0f}°"
    return Measure("HeadPoseRoll", roll, "degree", score, "ok", reason)
