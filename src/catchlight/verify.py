"""Verify: what a picture's credentials are worth, whether a proof is of it, whether it comes from
a photograph. Offline; by anyone, of any picture.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from cryptography.x509.oid import NameOID

from .credentials import Credentials, read
from .errors import UsageError, printable
from .jumbf import media_type, without_credentials
from .signer import fingerprint
from .trust import Pins, load_pins

if TYPE_CHECKING:
    from .retrace import Retraced
    from .travel_proof import Checked

__all__ = ["Verification", "certificate_facts", "verify"]

SCHEMA = "catchlight.verification/1"
MOST_BYTES = 256 * 1024 * 1024
_SAID = {  # actions of the standard in plain words, where one has no description of its own
    "c2pa.opened": "Made from an original photograph.",
    "c2pa.created": "Made new.",
    "c2pa.cropped": "Cropped.",
    "c2pa.resized": "Resized.",
    "c2pa.orientation": "Turned.",
    "c2pa.adjustedColor": "Light or colour adjusted.",
    "c2pa.color_adjustments": "Light or colour adjusted.",
    "c2pa.enhanced": "Enhanced.",
    "c2pa.filtered": "Filtered.",
    "c2pa.edited": "Edited.",
    "c2pa.placed": "Another picture was placed in it.",
    "c2pa.redacted": "A preview or capture data in the original's own credentials was taken out.",
}
_GENERATED = ("trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia")


@dataclass(frozen=True, slots=True, eq=False)
class Verification:
    """Everything that can be said of a picture.

    Attributes
    ----------
    path : the picture.
    sha256 : of the file.
    credentials : None where the file has none.
    as_rendered : whether the file without its credentials is the one that was rendered; None where
        the credentials do not say.
    original : held against the original; None where none was given.
    proof : held against a proof; None where none was given.
    """

    path: Path
    sha256: str
    credentials: Credentials | None
    as_rendered: bool | None
    original: Retraced | None
    proof: Checked | None

    @property
    def verdict(self) -> Literal["sound", "not sound", "nothing to verify"]:
        """Whether all that was asked for holds."""
        known = self.credentials is not None or self.proof is not None
        if self.original is not None:
            known = known or self.original.method != "none"
        if not known:
            return "nothing to verify"
        broken = self.credentials is not None and self.credentials.state in (
            "Invalid",
            "Well-Formed",
        )
        broken = broken or self.as_rendered is False
        broken = broken or (self.proof is not None and not self.proof.holds)
        if self.original is not None:
            differs = self.original.difference is not None and self.original.difference.regions
            broken = broken or self.original.is_original is False
            broken = broken or (self.original.method == "rendered again" and bool(differs))
        return "not sound" if broken else "sound"

    def sentences(self) -> tuple[str, ...]:
        """Say it in plain words, the state first."""
        said = []
        if self.credentials is None:
            said.append(
                "No Content Credentials: nobody signed this file, or a platform stripped them. That"
                " says nothing about the picture; ask for the file itself, or for its proof."
            )
        else:
            said.append(self.credentials.describe())
        if self.as_rendered is False:
            said.append("Without its credentials the file is not the one that was rendered.")
        if self.proof is not None:
            said.append(self.proof.describe())
        if self.original is not None:
            said.append(self.original.describe())
        return tuple(said)

    def actions(self) -> tuple[str, ...]:
        """What was done to the picture, in order, as its credentials tell it, if they count."""
        if self.credentials is None or self.credentials.state == "Invalid":
            return ()
        said = []
        for action in self.credentials.actions:
            name = str(action.get("action", "?"))
            text = str(action.get("description") or _SAID.get(name, f"{name}."))
            if str(action.get("digitalSourceType", "")).endswith(_GENERATED):
                text += " With generative AI, the credentials say."
            said.append(printable(text))
        return tuple(said)

    def bounds(self) -> tuple[Mapping[str, Any], ...]:
        """The likeness bounds as they were measured when the picture was signed."""
        held = None
        if self.credentials is not None and self.credentials.state != "Invalid":
            held = self.credentials.bounds
        elif self.credentials is None and self.proof is not None and self.proof.holds:
            held = self.proof.bounds
        rows = (held or {}).get("bounds", ())
        return tuple(row for row in rows if isinstance(row, dict)) if rows else ()

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain JSON-ready data."""
        data: dict[str, Any] = {
            "schema": SCHEMA,
            "file": {"name": self.path.name, "sha256": self.sha256},
            "verdict": self.verdict,
            "state": None,
            "sentences": list(self.sentences()),
        }
        if (found := self.credentials) is not None:
            data |= {
                "state": found.state,
                "signer": certificate_facts(found) or {"name": found.signer},
                "trusted_by_you": found.pinned,
                "your_own": found.own,
                "revoked": None if found.revoked is None else found.revoked.isoformat(),
                "generator": found.generator,
                "failures": list(found.failures),
                "actions": [dict(action) for action in found.actions],
                "ingredients": [dict(row) for row in found.ingredients],
                "history": found.history,
                "bounds": found.bounds,
                "bytes": found.size,
                "as_rendered": self.as_rendered,
            }
        if self.proof is not None:
            data["proof"] = {
                "match": self.proof.match,
                "bits": self.proof.distance,
                "signature": self.proof.signature,
                "signer": self.proof.signer,
                "signed_on": self.proof.signed_on.isoformat(),
            }
        if (held := self.original) is not None:
            data["original"] = {
                "method": held.method,
                "is_original": held.is_original,
                "exact": held.exact,
                "note": held.note,
            }
            if (differs := held.difference) is not None:
                data["original"] |= {
                    "share": round(differs.share, 5),
                    "most_delta_e": round(differs.most, 2),
                    "regions": [
                        {
                            "box": [round(v, 4) for v in (r.left, r.top, r.right, r.bottom)],
                            "share": round(r.share, 5),
                            "most_delta_e": round(r.most, 2),
                        }
                        for r in differs.regions
                    ],
                }
        return data


def verify(
    image: str | Path,
    *,
    original: str | Path | None = None,
    proof: str | Path | None = None,
    backdrop: str | Path | None = None,
    pins: Pins | None = None,
) -> Verification:
    """Verify a picture, without any network.

    Parameters
    ----------
    image : any picture; JPEG and PNG can carry credentials of ours.
    original : the photograph it is said to be made from.
    proof : a proof file, a picture of a printed code, or the code's text.
    backdrop : the backdrop photograph, for rendering again.
    pins : whom to trust; None: whom the user has chosen to.

    Raises
    ------
    UsageError : the picture cannot be read.
    CredentialError : the proof is none, or a trusted certificate is damaged.
    PhotoError : the original cannot be read.
    """
    path = Path(image).expanduser()
    data = _bytes(path)
    pins = load_pins() if pins is None else pins
    found = read(data, pins)
    if found is None and media_type(data) is None:
        _check_is_picture(data, path)
    as_rendered = None
    if found is not None and found.bounds is not None:
        recorded = found.bounds.get("file", {}).get("sha256_before_signing")
        as_rendered = recorded == hashlib.sha256(without_credentials(data)).hexdigest()
    checked = retraced = None
    if proof is not None:
        from . import travel_proof

        chain = found.chain if found is not None else ()
        checked = travel_proof.check(travel_proof.load(proof), data, pins, chain)
    if original is not None:
        from .retrace import retrace

        said = found.bounds if found is not None and found.state != "Invalid" else None
        if said is None and checked is not None:
            said = checked.bounds
        retraced = retrace(
            data,
            Path(original).expanduser(),
            said,
            beside=path.absolute().parent,
            backdrop=None if backdrop is None else Path(backdrop).expanduser(),
        )
    return Verification(
        path, hashlib.sha256(data).hexdigest(), found, as_rendered, retraced, checked
    )


def certificate_facts(credentials: Credentials) -> dict[str, str]:
    """Name, issuer, fingerprint and validity of the signing certificate, for people."""
    if not credentials.chain:
        return {}
    own = credentials.chain[0]
    issuer = own.issuer.get_attributes_for_oid(NameOID.COMMON_NAME)
    return {
        "name": credentials.signer,
        "issuer": printable(issuer[0].value if issuer else "?"),
        "fingerprint": fingerprint(own),
        "authority_fingerprint": fingerprint(credentials.chain[-1]),
        "until": own.not_valid_after_utc.date().isoformat(),
    }


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise UsageError(
                f"{printable(path)}: {size / 1e6:.0f} MB, pictures of up to"
                f" {MOST_BYTES / 1e6:.0f} MB are verified"
            )
        return path.read_bytes()
    except OSError as error:
        reason = (error.strerror or "cannot be read").lower()
        raise UsageError(f"{printable(path)}: {reason}: name a picture") from None


def _check_is_picture(data: bytes, path: Path) -> None:
    from .headers import identify

    if identify(data) not in ("WebP", "TIFF", "AVIF", "HEIC", "RAW"):
        raise UsageError(f"{printable(path)}: not a picture: name the headshot's file")
