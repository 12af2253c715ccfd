"""Names for the 478 face landmarks and the 52 blendshapes.

Indices are those of MediaPipe's canonical face mesh (468 vertices, Kartynnik et al. 2019,
arXiv:1907.06724) and its two irises of five points each (468-477, Grishchenko et al. 2020,
arXiv:2006.10962); outlines follow the connection lists of `face_landmarks_connections.h`, the
blendshape list `face_blendshapes_graph.cc`, both in MediaPipe's public source (Apache-2.0).

"Right" and "left" are the subject's own: RIGHT lies on the left of the picture when the subject
faces the camera. Every `..._RIGHT` and `..._LEFT` tuple is in the same order, so that zipping them
pairs mirrored points. Outlines are closed polygons without the first point repeated.
"""

from __future__ import annotations

from typing import Final, TypeAlias

__all__ = [
    "BLENDSHAPE_LANDMARKS",
    "BLENDSHAPE_NAMES",
    "BROW_LEFT",
    "BROW_RIGHT",
    "CHEEK_CENTRE_LEFT",
    "CHEEK_CENTRE_RIGHT",
    "CHEEK_LEFT",
    "CHEEK_RIGHT",
    "CHIN",
    "EYE_INNER_LEFT",
    "EYE_INNER_RIGHT",
    "EYE_LEFT",
    "EYE_OUTER_LEFT",
    "EYE_OUTER_RIGHT",
    "EYE_RIGHT",
    "FACE_OVAL",
    "FOREHEAD",
    "FOREHEAD_CENTRE",
    "FOREHEAD_TOP",
    "IRIS_LEFT",
    "IRIS_RIGHT",
    "IRIS_RING_LEFT",
    "IRIS_RING_RIGHT",
    "JAW_LEFT",
    "JAW_RIGHT",
    "LID_LOWER_LEFT",
    "LID_LOWER_RIGHT",
    "LID_UPPER_LEFT",
    "LID_UPPER_RIGHT",
    "LIPS_INNER",
    "LIPS_OUTER",
    "MOUTH_LEFT",
    "MOUTH_RIGHT",
    "NOSE_BASE",
    "NOSE_BRIDGE",
    "NOSE_TIP",
    "NOSE_WING_LEFT",
    "NOSE_WING_RIGHT",
    "TEMPLE_LEFT",
    "TEMPLE_RIGHT",
]

Indices: TypeAlias = tuple[int, ...]

# Irises: centre, then the ring of four points on the limbus (ends of two crossing diameters).
IRIS_RIGHT: Final = 468
IRIS_LEFT: Final = 473
IRIS_RING_RIGHT: Final[Indices] = (469, 470, 471, 472)
IRIS_RING_LEFT: Final[Indices] = (474, 475, 476, 477)

# Eyes: outer corner, along the upper lid to the inner corner, back along the lower lid.
EYE_RIGHT: Final[Indices] = (
    *(33, 246, 161, 160, 159, 158, 157, 173, 133),
    *(155, 154, 153, 145, 144, 163, 7),
)
EYE_LEFT: Final[Indices] = (
    *(263, 466, 388, 387, 386, 385, 384, 398, 362),
    *(382, 381, 380, 374, 373, 390, 249),
)
EYE_OUTER_RIGHT: Final = 33
EYE_OUTER_LEFT: Final = 263
EYE_INNER_RIGHT: Final = 133
EYE_INNER_LEFT: Final = 362
# Middle of the lids; the distance between them over that of the corners tells how open an eye is.
LID_UPPER_RIGHT: Final = 159
LID_UPPER_LEFT: Final = 386
LID_LOWER_RIGHT: Final = 145
LID_LOWER_LEFT: Final = 374

# Brows: upper edge from the outer to the inner end, back along the lower edge.
BROW_RIGHT: Final[Indices] = (70, 63, 105, 66, 107, 55, 65, 52, 53, 46)
BROW_LEFT: Final[Indices] = (300, 293, 334, 296, 336, 285, 295, 282, 283, 276)

# Lips, from the right corner along the upper edge to the left corner, back along the lower edge.
LIPS_OUTER: Final[Indices] = (
    *(61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291),
    *(375, 321, 405, 314, 17, 84, 181, 91, 146),
)
LIPS_INNER: Final[Indices] = (
    *(78, 191, 80, 81, 82, 13, 312, 311, 310, 415, 308),
    *(324, 318, 402, 317, 14, 87, 178, 88, 95),
)
MOUTH_RIGHT: Final = 61
MOUTH_LEFT: Final = 291

# The outline of the face, from the middle of the forehead down the left side, up the right side.
FACE_OVAL: Final[Indices] = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377),
    *(152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)
CHIN: Final = 152
JAW_RIGHT: Final = 172
JAW_LEFT: Final = 397
TEMPLE_RIGHT: Final = 127
TEMPLE_LEFT: Final = 356

NOSE_TIP: Final = 4
NOSE_BASE: Final = 2  # where the septum meets the lip
NOSE_BRIDGE: Final = 168  # between the eyes
NOSE_WING_RIGHT: Final = 129
NOSE_WING_LEFT: Final = 358

# Zones of plain skin.
FOREHEAD_TOP: Final = 10
FOREHEAD_CENTRE: Final = 151
# Along the top from right to left, back along the brows' upper edges.
FOREHEAD: Final[Indices] = (
    *(54, 103, 67, 109, 10, 338, 297, 332, 284),
    *(298, 293, 334, 296, 336, 9, 107, 66, 105, 63, 68),
)
CHEEK_CENTRE_RIGHT: Final = 50
CHEEK_CENTRE_LEFT: Final = 280
# From below the outer eye corner along the eye socket to the nose, down the laugh line, back up.
CHEEK_RIGHT: Final[Indices] = (116, 117, 118, 119, 100, 142, 203, 206, 207, 187, 147, 123)
CHEEK_LEFT: Final[Indices] = (345, 346, 347, 348, 329, 371, 423, 426, 427, 411, 376, 352)

# The landmarks that the blendshape model reads, in its order.
BLENDSHAPE_LANDMARKS: Final[Indices] = (
    *(0, 1, 4, 5, 6, 7, 8, 10, 13, 14, 17, 21, 33, 37, 39, 40, 46, 52, 53, 54, 55, 58, 61, 63, 65),
    *(66, 67, 70, 78, 80, 81, 82, 84, 87, 88, 91, 93, 95, 103, 105, 107, 109, 127, 132, 133, 136),
    *(144, 145, 146, 148, 149, 150, 152, 153, 154, 155, 157, 158, 159, 160, 161, 162, 163, 168),
    *(172, 173, 176, 178, 181, 185, 191, 195, 197, 234, 246, 249, 251, 263, 267, 269, 270, 276),
    *(282, 283, 284, 285, 288, 291, 293, 295, 296, 297, 300, 308, 310, 311, 312, 314, 317, 318),
    *(321, 323, 324, 332, 334, 336, 338, 356, 361, 362, 365, 373, 374, 375, 377, 378, 379, 380),
    *(381, 382, 384, 385, 386, 387, 388, 389, 390, 397, 398, 400, 402, 405, 409, 415, 454, 466),
    *(468, 469, 470, 471, 472, 473, 474, 475, 476, 477),
)

# The blendshape model's outputs, in its order; names as in ARKit, sides the subject's own.
BLENDSHAPE_NAMES: Final[tuple[str, ...]] = (
    *("_neutral", "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft"),
    *("browOuterUpRight", "cheekPuff", "cheekSquintLeft", "cheekSquintRight", "eyeBlinkLeft"),
    *("eyeBlinkRight", "eyeLookDownLeft", "eyeLookDownRight", "eyeLookInLeft", "eyeLookInRight"),
    *("eyeLookOutLeft", "eyeLookOutRight", "eyeLookUpLeft", "eyeLookUpRight", "eyeSquintLeft"),
    *("eyeSquintRight", "eyeWideLeft", "eyeWideRight", "jawForward", "jawLeft", "jawOpen"),
    *("jawRight", "mouthClose", "mouthDimpleLeft", "mouthDimpleRight", "mouthFrownLeft"),
    *("mouthFrownRight", "mouthFunnel", "mouthLeft", "mouthLowerDownLeft", "mouthLowerDownRight"),
    *("mouthPressLeft", "mouthPressRight", "mouthPucker", "mouthRight", "mouthRollLower"),
    *("mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthSmileLeft", "mouthSmileRight"),
    *("mouthStretchLeft", "mouthStretchRight", "mouthUpperUpLeft", "mouthUpperUpRight"),
    *("noseSneerLeft", "noseSneerRight"),
)
