"""Where Content Credentials are in a file: found, cut out, and the signer's certificates read.

A C2PA manifest store is a tree of JUMBF boxes (ISO/IEC 19566-5). JPEG holds it in APP11 segments
(ISO/IEC 19566-5, annex D), PNG in a `caBX` chunk (C2PA 2.2, annex A). Nothing here judges; that is
the library's part, in `credentials`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

__all__ = ["certificates", "looks_signed", "manifest_store", "media_type", "without_credentials"]

_PNG = b"\x89PNG\r\n\x1a\n"
_DEEPEST = 16  # levels of boxes or of CBOR; real ones have four


def media_type(data: bytes) -> str | None:
    """Return "image/jpeg" or "image/png" by the first bytes, None for anything else."""
    if data[:3] == b"\xff\xd8\xff":
        return "image/jpeg"
    return "image/png" if data[:8] == _PNG else None


def looks_signed(data: bytes) -> bool:
    """Whether a file of any format may hold a manifest store: the labels are never compressed."""
    return b"jumd" in data and b"c2pa" in data


def manifest_store(data: bytes) -> bytes | None:
    """Return the manifest store of a JPEG or PNG, None where there is none."""
    parts = [data[a + skip : b] for a, b, skip in _places(data)]
    return b"".join(parts) or None


def without_credentials(data: bytes) -> bytes:
    """Return a JPEG or PNG as it was before it was signed: every other byte in its place."""
    # bytes of a segment before its piece of the store, and of a chunk before and after it
    before, after = (12, 0) if media_type(data) == "image/jpeg" else (8, 4)
    kept, last = [], 0
    for start, end, _ in _places(data):
        kept.append(data[last : start - before])
        last = end + after
    return b"".join([*kept, data[last:]])


def _places(data: bytes) -> list[tuple[int, int, int]]:
    """Start and end of each piece of the store, and how many repeated bytes to skip."""
    try:
        return list(_in_jpeg(data) if media_type(data) == "image/jpeg" else _in_png(data))
    except IndexError:
        return []


def _in_jpeg(data: bytes) -> Iterator[tuple[int, int, int]]:
    place, ours = 2, -1
    while place + 4 <= len(data) and data[place] == 0xFF and data[place + 1] != 0xDA:
        end = place + 2 + int.from_bytes(data[place + 2 : place + 4], "big")
        if data[place + 1] == 0xEB and data[place + 4 : place + 6] == b"JP":
            instance = int.from_bytes(data[place + 6 : place + 8], "big")
            first = int.from_bytes(data[place + 8 : place + 12], "big") == 1
            if first and b"c2pa" in data[place + 12 : place + 64]:
                ours = instance
            if instance == ours:
                # every piece after the first repeats the length and type of the outermost box
                yield place + 12, min(end, len(data)), 0 if first else 8
        place = end


def _in_png(data: bytes) -> Iterator[tuple[int, int, int]]:
    place = 8 if data[:8] == _PNG else len(data)
    while place + 12 <= len(data):
        size = int.from_bytes(data[place : place + 4], "big")
        if data[place + 4 : place + 8] == b"caBX":
            yield place + 8, min(place + 8 + size, len(data)), 0
        place += 12 + size


def certificates(store: bytes) -> tuple[bytes, ...]:
    """Return the certificate chain of a store's active manifest, DER, the signer's own first.

    The active manifest is the last in the store (C2PA 2.2, 15.5.1); the chain is the `x5chain` of
    its COSE signature (RFC 9360). Empty where it cannot be read.
    """
    try:
        manifest = [body for _, body in _boxes(store[_content(store) :]) if _label(body)][-1]
        for _, body in _boxes(manifest):
            if _label(body) == "c2pa.signature":
                for kind, cbor in _boxes(body):
                    if kind == b"cbor":
                        return _chain(_cbor(cbor, 0)[0])
    except (IndexError, ValueError, TypeError, UnicodeDecodeError):
        pass
    return ()


def _content(box: bytes) -> int:
    return 16 if box[:4] == b"\0\0\0\1" else 8


def _boxes(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Type and content of each box in a row."""
    place = 0
    while place + 8 <= len(body):
        size, kind = int.from_bytes(body[place : place + 4], "big"), body[place + 4 : place + 8]
        head = 8
        if size == 1:
            size, head = int.from_bytes(body[place + 8 : place + 16], "big"), 16
        if size < head or place + size > len(body):
            return
        yield kind, body[place + head : place + size]
        place += size


def _label(body: bytes) -> str:
    """Label of a superbox: in its first child, after 16 bytes of type and one of toggles."""
    kind, described = next(_boxes(body), (b"", b""))
    if kind != b"jumd" or len(described) < 18 or not described[16] & 2:
        return ""
    return described[17:].split(b"\0")[0].decode("utf-8")


def _chain(signature: Any) -> tuple[bytes, ...]:
    protected = _cbor(signature[0], 0)[0] if signature[0] else {}
    for header in (protected, signature[1]):
        for key in (33, "x5chain"):
            if key in header:
                found = header[key]
                return (found,) if isinstance(found, bytes) else tuple(bytes(c) for c in found)
    return ()


def _cbor(data: bytes, place: int, depth: int = 0) -> tuple[Any, int]:
    """Decode one item of CBOR (RFC 8949; what COSE headers use), and where the next begins."""
    if depth > _DEEPEST:
        raise ValueError("CBOR nested too deep")
    kind, extra = data[place] >> 5, data[place] & 31
    place += 1
    if extra < 24:
        value = extra
    elif extra < 28:
        size = 1 << (extra - 24)
        value, place = int.from_bytes(data[place : place + size], "big"), place + size
    else:
        raise ValueError("CBOR of indefinite length")
    if kind in (2, 3):
        text = data[place : place + value]
        if len(text) != value:
            raise ValueError("CBOR cut short")
        return (text if kind == 2 else text.decode("utf-8")), place + value
    if kind == 4:
        items = []
        for _ in range(value):
            item, place = _cbor(data, place, depth + 1)
            items.append(item)
        return items, place
    if kind == 5:
        pairs = {}
        for _ in range(value):
            key, place = _cbor(data, place, depth + 1)
            pairs[key], place = _cbor(data, place, depth + 1)
        return pairs, place
    if kind == 6:
        return _cbor(data, place, depth + 1)
    return (value if kind == 0 else -1 - value if kind == 1 else None), place
