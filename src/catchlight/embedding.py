"""Signing with one pass over the file: the manifest is made for a hash that is known already.

`Builder.sign` of the library copies the file twice in pieces of 8 kB, each through Python, and
hashes it again, which for a cut-out of 4 MB is most of its time. C2PA excludes from the hash
exactly the bytes of the manifest (C2PA 2.2, `c2pa.hash.data`), so that hash is the one of the file
before signing, which our own assertion has. The library's C interface signs for a given hash (a
placeholder, whose length is what will be excluded, then a manifest of the same length); its Python
package loads these functions and does not wrap them. Where they are not to be had, or anything is
not as expected, the file is signed the usual way, with the same result.
"""

from __future__ import annotations

import ctypes
import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import c2pa

__all__ = ["embedded", "with_manifest"]

Brought = tuple[Mapping[str, Any], str | None, bytes]
"""An ingredient with credentials of its own: its row, its media type and its bytes."""


def embedded(
    unsigned: bytes,
    sha256: bytes,
    kind: str,
    definition: Mapping[str, Any],
    ingredients: Sequence[Brought],
    signer: Callable[[], c2pa.Signer | None],
    settings: Mapping[str, Any],
) -> bytes | None:
    """Return a file with its signed manifest in it, every other byte as it was.

    Parameters
    ----------
    unsigned : a whole JPEG or PNG.
    sha256 : its hash, 32 bytes.
    kind : "image/jpeg" or "image/png".
    definition : the manifest, as `c2pa.Builder` takes it.
    ingredients : photographs whose own credentials are kept.
    signer : gives who signs, anew for each attempt; None where it failed, and so does this.
    settings : of the library.

    Raises
    ------
    c2pa.C2paError : it cannot be signed.
    """
    who = signer()
    if who is None:
        return None
    with (
        c2pa.Context.from_dict(settings) as context,
        who,
        _builder(definition, ingredients, context) as builder,
    ):
        made = with_manifest(unsigned, sha256, kind, builder, who)
    if made is not None or (who := signer()) is None:
        return made
    result = io.BytesIO()
    with (
        c2pa.Context.from_dict(settings, signer=who) as context,
        _builder(definition, ingredients, context) as builder,
    ):
        builder.sign(kind, io.BytesIO(unsigned), result)
    return result.getvalue()


def _builder(
    definition: Mapping[str, Any], ingredients: Sequence[Brought], context: c2pa.Context
) -> c2pa.Builder:
    builder = c2pa.Builder(definition, context=context)
    for row, media_type, data in ingredients:
        builder.add_ingredient(row, media_type, io.BytesIO(data))
    return builder


def with_manifest(
    unsigned: bytes, sha256: bytes, kind: str, builder: c2pa.Builder, signer: c2pa.Signer
) -> bytes | None:
    """Return the file with a manifest signed for its hash; None: to be signed the usual way.

    The builder is not to be used again.
    """
    place = _place(unsigned, kind)
    try:
        library = c2pa.c2pa._lib
        room = _bytes(
            library,
            "c2pa_builder_data_hashed_placeholder",
            (builder._handle, ctypes.c_void_p),
            (signer.reserve_size(), ctypes.c_size_t),
            (kind.encode("ascii"), ctypes.c_char_p),
        )
        hashed = {
            "exclusions": [{"start": place, "length": len(room)}],
            "name": "jumbf manifest",
            "alg": "sha256",
            "hash": list(sha256),
            "pad": [],
        }
        manifest = _bytes(
            library,
            "c2pa_builder_sign_data_hashed_embeddable",
            (builder._handle, ctypes.c_void_p),
            (signer._handle, ctypes.c_void_p),
            (json.dumps(hashed).encode("ascii"), ctypes.c_char_p),
            (kind.encode("ascii"), ctypes.c_char_p),
            (None, ctypes.c_void_p),  # the file: not needed, its hash is given
        )
    except (AttributeError, TypeError, ctypes.ArgumentError, _NotMadeError):
        return None
    if len(manifest) != len(room):  # the hash would exclude something else
        return None
    return b"".join([unsigned[:place], manifest, unsigned[place:]])


class _NotMadeError(Exception):
    """The library gave no bytes."""


def _bytes(library: Any, name: str, *given: tuple[Any, Any]) -> bytes:
    """Call a function of the library that answers with bytes of its own."""
    # A view of its own: the package may come to declare its functions otherwise.
    kinds = [kind for _, kind in given]
    address = ctypes.cast(getattr(library, name), ctypes.c_void_p).value
    function = ctypes.CFUNCTYPE(ctypes.c_int64, *kinds, ctypes.c_void_p)(address or 0)
    answer = ctypes.POINTER(ctypes.c_ubyte)()
    size = function(*[value for value, _ in given], ctypes.addressof(answer))
    if size <= 0 or not answer:
        raise _NotMadeError(name)
    try:
        return ctypes.string_at(answer, size)
    finally:
        library.c2pa_free(answer)


def _place(unsigned: bytes, kind: str) -> int:
    """Where a manifest goes: after the IHDR of a PNG, in a JPEG after the JFIF header if any."""
    if kind == "image/png":
        return 33
    if unsigned[2:4] == b"\xff\xe0":
        return 4 + int.from_bytes(unsigned[4:6], "big")
    return 2
