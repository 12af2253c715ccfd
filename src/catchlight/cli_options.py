"""Options and arguments that several commands have, worded once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

__all__ = ["AsJson", "ConsentText", "MattingModel", "Photos", "Quiet", "Scribbles", "Who"]

Photos = Annotated[
    list[Path],
    typer.Argument(help="Photos, folders of photos, or clips (MP4, MOV, WebM).", metavar="PHOTOS"),
]
Who = Annotated[
    Path | None,
    typer.Option(
        help="A photo of the person, where the photos show several people; or the name of somebody"
        " whose face is kept.",
        metavar="PHOTO|NAME",
    ),
]
ConsentText = Annotated[
    str | None,
    typer.Option(
        "--consent",
        help="Who agreed that faces are compared, what for and until when; or the name of somebody"
        " who did before.",
        metavar="'NAME, purpose, until YYYY-MM-DD'",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
MattingModel = Annotated[
    Path | None,
    typer.Option(
        help="Your own matting network (U²-Net, ISNet, MODNet, BiRefNet as ONNX).",
        metavar="FILE.onnx",
    ),
]
Scribbles = Annotated[
    list[str] | None,
    typer.Option(
        "--scribble",
        help="Correct the cut-out: a stroke on the person or the background, its brush's width in"
        " eye distances and its places in shares of the photo, as 'background@0.2 0.41,0.33"
        " 0.45,0.40'.",
        metavar="'person|background[@WIDTH] X,Y [X,Y ...]'",
    ),
]
