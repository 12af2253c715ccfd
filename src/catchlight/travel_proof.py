"""A proof that travels outside the file: platforms strip the credentials out of a picture.

Two forms say the same of one picture: a short JSON file, and a code to print (QR), both signed
with the key that signed the picture. The code holds, after "CATCHLIGHT1:", in base 32 (RFC 4648):

    bytes   0-31   SHA-256 of the file
           32-63   its perceptual hash
           64-71   the first 8 bytes of the SHA-256 of the signer's certificate
           72-73   the day, counted from 2020-01-01
           74-     the signature of what is before it (absent with RSA keys: it would not fit)

Base 32 is in capitals and digits, which the code holds in the fewest dots (ISO/IEC 18004, 7.3.4).
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
import segno
from cryptography import x509
from numpy.typing import NDArray
from PIL import Image

from .claims import checked_bounds
from .errors import CredentialError, printable
from .jumbf import without_credentials
from .perceptual import SAME, hash_distance, perceptual_hash
from .signer import Signer, certificate_name, check_signature, fingerprint
from .trust import Pins

__all__ = [
    "Checked",
    "TravelProof",
    "check",
    "code_beside",
    "code_svg",
    "load",
    "make",
    "proof_path",
]

SCHEMA = "catchlight.proof/1"
_PREFIX = "CATCHLIGHT1:"
_EPOCH = date(2020, 1, 1)
_HEAD = 74
_LONGEST_SIGNATURE = 96  # bytes; a printed code stays readable at 3 cm
_MOST_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class TravelProof:
    """What a proof says of one picture.

    Attributes
    ----------
    sha256 : of the signed file.
    sha256_unsigned : of the same file without its credentials; None in a printed code.
    perceptual : 32 bytes.
    signed_on : the day, by the signer's own clock.
    signer_id : first 8 bytes of the certificate's SHA-256.
    message, signature : the bytes that were signed, and the signature; empty when it has none.
    chain : the signer's certificates; empty in a printed code.
    bounds : our assertion from the picture's credentials, if the proof file has it: bounds, recipe.
    """

    sha256: bytes
    sha256_unsigned: bytes | None
    perceptual: bytes
    signed_on: date
    signer_id: bytes
    message: bytes
    signature: bytes
    chain: tuple[x509.Certificate, ...] = ()
    bounds: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """A picture held against a proof.

    Attributes
    ----------
    match : "same file"; "same picture" (the credentials stripped, not a pixel changed); "alike"
        (re-encoded or resized); "different".
    distance : bits of 256 in which the perceptual hashes differ.
    signature : "good", "bad", "none" or "unknown signer".
    signer : for people to read.
    bounds : what the proof says of recipe and bounds, where it is soundly signed.
    """

    match: Literal["same file", "same picture", "alike", "different"]
    distance: int
    signature: Literal["good", "bad", "none", "unknown signer"]
    signer: str
    signed_on: date
    bounds: Mapping[str, Any] | None = None

    @property
    def holds(self) -> bool:
        """Whether the proof is signed soundly and is of this picture."""
        return self.signature == "good" and self.match != "different"

    def describe(self) -> str:
        """Say in plain words what the proof is worth for this picture."""
        found = {
            "same file": "This is the very file the proof was made for, to the last bit.",
            "same picture": (
                "This is the picture the proof was made for; only its credentials were stripped."
            ),
            "alike": (
                "This looks like the picture the proof was made for, re-encoded or resized"
                f" ({self.distance} of 256 bits differ; up to {SAME} count). A small retouch would"
                " not show here: compare it with the original."
            ),
            "different": (
                f"This is not the picture the proof was made for ({self.distance} of 256 bits"
                f" differ; up to {SAME} count): ask for the right proof."
            ),
        }[self.match]
        signed = {
            "good": f"The proof was signed by {self.signer}, by their clock on {self.signed_on}.",
            "bad": "The proof's signature is wrong: somebody changed it. Believe nothing it says.",
            "none": "The proof is not signed; anybody could have made it.",
            "unknown signer": (
                "Whose signature is on the proof cannot be told: add the signer's certificate with:"
                " catchlight trust add CERT"
            ),
        }[self.signature]
        return f"{found} {signed}"


def make(
    signed: bytes,
    signer: Signer,
    when: datetime,
    bounds: Mapping[str, Any] | None = None,
) -> tuple[bytes, str]:
    """Make the proof of a finished, signed picture.

    Parameters
    ----------
    signed : the file as it is handed out, JPEG or PNG.
    bounds : our assertion in its credentials, so that the recipe outlives them.

    Returns
    -------
    The proof file (JSON), and the text of the printed code.
    """
    pixels = _pixels(signed)
    shown, digest = perceptual_hash(pixels), hashlib.sha256(signed).digest()
    data: dict[str, Any] = {
        "schema": SCHEMA,
        "picture": {
            "sha256": digest.hex(),
            "sha256_without_credentials": hashlib.sha256(without_credentials(signed)).hexdigest(),
            "perceptual_dct256": shown.hex(),
            "width": pixels.shape[1],
            "height": pixels.shape[0],
        },
        "signed_on": when.date().isoformat(),
        "signer": signer.name,
        "certificates": signer.chain_pem.decode("ascii"),
    }
    if bounds is not None:
        data["bounds"] = dict(bounds)

    day = (when.date() - _EPOCH).days.to_bytes(2, "big")
    head = digest + shown + bytes.fromhex(fingerprint(signer.chain[0]))[:8] + day
    signature = signer.sign(head)
    if len(signature) > _LONGEST_SIGNATURE:
        signature = b""
    code = _PREFIX + base64.b32encode(head + signature).decode("ascii").rstrip("=")
    data["code"] = code
    data["signature"] = base64.b64encode(signer.sign(_canonical(data))).decode("ascii")
    text = json.dumps(data, ensure_ascii=False, indent=1) + "\n"
    return text.encode("utf-8"), code


def code_svg(code: str, millimetres: float = 30.0) -> str:
    """Draw the code of a proof as SVG, dark on light with its quiet zone."""
    drawn = segno.make(code, error="m", micro=False, boost_error=False)
    buffer = io.BytesIO()
    across = drawn.symbol_size(border=4)[0]
    drawn.save(
        buffer,
        kind="svg",
        border=4,
        scale=round(millimetres / across, 4),
        unit="mm",
        light="#ffffff",
        dark="#000000",
        xmldecl=False,
        svgns=True,
        title="Proof of the picture: SHA-256, perceptual hash, signature",
        nl=False,
    )
    return buffer.getvalue().decode("utf-8")


def load(source: str | Path) -> TravelProof:
    """Read a proof: the JSON file, a photograph or scan of the printed code, or the code's text.

    Raises
    ------
    CredentialError : it is none of these; says what to do.
    """
    text = str(source)
    if text.strip().upper().startswith(_PREFIX):
        return _from_code(text)
    path = Path(source).expanduser()
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise CredentialError(f"{printable(path)}: {reason}: name a proof") from None
    if data[:1] == b"{":
        return _from_file(data, printable(path))
    if data[: len(_PREFIX)].upper() == _PREFIX.encode():
        return _from_code(data.decode("ascii", "replace"))
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE) if data else None
    if image is not None and (found := _code_in(np.asarray(image, np.uint8))) is not None:
        return _from_code(found)
    raise CredentialError(
        f"{printable(path)}: neither a proof file nor a picture of its printed code: photograph the"
        " code straight on, so that it fills the picture"
    )


def code_beside(picture: str | Path) -> str | None:
    """Return the code of the proof file that lies beside a picture, None where none does."""
    try:
        held = json.loads(proof_path(Path(picture)).read_bytes())
        code = held.get("code")
    except (OSError, ValueError, AttributeError):
        return None
    return code if isinstance(code, str) and code.startswith(_PREFIX) else None


def proof_path(picture: Path) -> Path:
    """Return where the proof of a picture is kept: beside it, headshot.jpg.proof.json."""
    return picture.with_name(f"{picture.name}.proof.json")


def _code_in(image: NDArray[np.uint8]) -> str | None:
    """Find the printed code in a scan or photograph, (H, W) uint8.

    OpenCV's detectors fail on single sizes and sharpnesses of a code as dense as this, so several
    are tried.
    """
    longest = max(image.shape)
    for side in (min(longest, 2000), 800, 1200, 600, 1600, 1000):
        if side > 2 * longest:
            continue
        size = tuple(max(1, round(n * side / longest)) for n in image.shape[::-1])
        how = cv2.INTER_AREA if side < longest else cv2.INTER_CUBIC
        scaled = image if side == longest else cv2.resize(image, size, interpolation=how)
        for softened in (scaled, cv2.GaussianBlur(scaled, (0, 0), 1.0)):
            for detector in (cv2.QRCodeDetector(), cv2.QRCodeDetectorAruco()):
                try:
                    found = detector.detectAndDecode(softened)[0]
                except cv2.error:  # it may fail on what only looks like a code
                    continue
                if found.startswith(_PREFIX):
                    return str(found)
    return None


def check(
    proof: TravelProof,
    picture: bytes,
    pins: Pins,
    known: Sequence[x509.Certificate] = (),
) -> Checked:
    """Hold a picture against a proof.

    Parameters
    ----------
    picture : any file that Pillow reads: as handed out, or as a platform gave it back.
    known : more certificates to know the signer by, such as those in the picture's credentials.
    """
    digest = hashlib.sha256(picture).digest()
    distance = hash_distance(proof.perceptual, perceptual_hash(_pixels(picture)))
    match: Literal["same file", "same picture", "alike", "different"]
    if digest == proof.sha256:
        match = "same file"
    elif (
        proof.sha256_unsigned is not None
        and hashlib.sha256(without_credentials(picture)).digest() == proof.sha256_unsigned
    ):
        match = "same picture"
    else:
        match = "alike" if distance <= SAME else "different"
    own = [pins.own] if pins.own is not None else []
    chain = [*proof.chain, *known, *pins.certificates, *own]
    signer = next((c for c in chain if _identifier(c) == proof.signer_id), None)
    state: Literal["good", "bad", "none", "unknown signer"]
    if not proof.signature:
        state = "none"
    elif signer is None:
        state = "unknown signer"
    else:
        state = "good" if check_signature(signer, proof.signature, proof.message) else "bad"
    name = certificate_name(signer) if signer is not None else "somebody unknown"
    bounds = proof.bounds if state == "good" else None
    return Checked(match, distance, state, name, proof.signed_on, bounds)


def _pixels(data: bytes) -> NDArray[np.uint8]:
    try:
        with Image.open(io.BytesIO(data)) as image:
            alpha = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
            image.draft("RGB", (256, 256))  # a small one is enough, and a JPEG gives it quickly
            return np.asarray(image.convert("RGBA" if alpha else "RGB"), np.uint8)
    except (OSError, ValueError, SyntaxError) as error:
        raise CredentialError(f"the picture cannot be read: {printable(error)[:100]}") from None


def _identifier(certificate: x509.Certificate) -> bytes:
    return bytes.fromhex(fingerprint(certificate))[:8]


def _canonical(data: Mapping[str, Any]) -> bytes:
    """The bytes that are signed: everything but the signature, keys sorted, no spaces."""
    rest = {key: value for key, value in data.items() if key != "signature"}
    return json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def _from_file(data: bytes, name: str) -> TravelProof:
    try:
        if len(data) > _MOST_BYTES:
            raise ValueError(f"{len(data)} bytes")
        held = json.loads(data)
        if held["schema"] != SCHEMA:
            raise ValueError(f"schema {printable(held['schema'])}")
        chain = tuple(x509.load_pem_x509_certificates(held["certificates"].encode("ascii")))
        picture = held["picture"]
        return TravelProof(
            bytes.fromhex(picture["sha256"]),
            bytes.fromhex(picture["sha256_without_credentials"]),
            _exactly(bytes.fromhex(picture["perceptual_dct256"]), 32),
            date.fromisoformat(held["signed_on"]),
            _identifier(chain[0]),
            _canonical(held),
            base64.b64decode(held["signature"]),
            chain,
            checked_bounds(held.get("bounds")),
        )
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise CredentialError(
            f"{name}: not a proof of this kind ({printable(error)[:80]}): ask for it again"
        ) from None


def _from_code(text: str) -> TravelProof:
    body = text.strip().upper().removeprefix(_PREFIX)
    try:
        held = base64.b32decode(body + "=" * (-len(body) % 8))
        if len(held) < _HEAD:
            raise ValueError
    except ValueError:
        raise CredentialError(
            f"the code has {len(body)} characters and is not whole: scan it again"
        ) from None
    head = held[:_HEAD]
    day = _EPOCH + timedelta(days=int.from_bytes(head[72:74], "big"))
    return TravelProof(head[:32], None, head[32:64], day, head[64:72], head, held[_HEAD:])


def _exactly(data: bytes, size: int) -> bytes:
    if len(data) != size:
        raise ValueError(f"{len(data)} bytes where {size} belong")
    return data
