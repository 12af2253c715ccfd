"""Content Credentials (C2PA 2.2): signed into a finished file, and read from any.

Signing is the last step, on finished bytes: it adds one manifest and changes no other byte, so
what the recipe gives again is the file without it (`jumbf.without_credentials`). From one signing
to the next, three things in the manifest differ: its own random name, the identifier of the
instance, and the signature, which with ECDSA is never the same twice.

The library's defaults would embed a preview of the uncropped original and look for manifests and
revocations on the network; every context here has that off, and no host allowed.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

import c2pa
from cryptography import x509

from . import __version__
from .bounds import BOUNDS
from .claims import (
    BOUNDS_LABEL,
    Claim,
    Ingredient,
    actions,
    bounds_assertion,
    checked_bounds,
)
from .embedding import embedded
from .encode import CREDENTIALS_BYTES
from .errors import BoundRefused, CredentialError, printable
from .jumbf import certificates, looks_signed, manifest_store, media_type
from .signer import Signer, certificate_name
from .trust import Pins

__all__ = ["RESERVED_BYTES", "Credentials", "State", "read", "sign"]

RESERVED_BYTES = CREDENTIALS_BYTES
"""The most that signing adds to a file; what a byte limit has to leave free for it."""

State = Literal["Invalid", "Well-Formed", "Valid", "Trusted"]

_OFFLINE: dict[str, Any] = {
    "version": 1,
    "core": {"allowed_network_hosts": []},
    "verify": {
        "remote_manifest_fetch": False,
        "ocsp_fetch": False,
        "verify_after_sign": False,  # `verify` reads what was signed; twice is once too often
    },
    "builder": {"thumbnail": {"enabled": False}},
}
# Of the original's own credentials: what would show or tell what the crop left out.
_REDACTED = (
    "c2pa.thumbnail.", "c2pa.metadata", "cawg.metadata", "stds.exif", "stds.iptc",
    "stds.schema-org",
)  # fmt: skip
_KEPT = ("c2pa.actions", "c2pa.actions.v2", "c2pa.hash.data")  # which may not be redacted
# C2PA 2.2, 14.3: a manifest whose hashes and signature hold, but whose signer's certificate does
# not, is well-formed and not valid.
_OF_THE_SIGNER = (
    "signingCredential.expired",
    "signingCredential.invalid",
    "signingCredential.ocsp.revoked",
    "signingCredential.revoked",
    "claimSignature.outsideValidity",
    "algorithm.deprecated",
)
_UNTRUSTED = "signingCredential.untrusted"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a file's active manifest says, and what it is worth.

    Attributes
    ----------
    state : as the standard names it.
    signer : for people to read.
    chain : the signer's certificate and those it was issued by; empty where not readable.
    pinned : whether the user trusts the signer, or who issued the certificate.
    own : whether the local identity issued it.
    revoked : when the certificate was called back, if it was.
    actions : in order, as they stand in the manifest.
    ingredients : as they stand in the manifest.
    bounds : our own assertion; None where another program signed.
    generator : the program that signed, with its version.
    failures : the standard's codes of what failed.
    history : how many manifests before the active one are kept.
    size : bytes of the manifest store.
    """

    state: State
    signer: str
    chain: tuple[x509.Certificate, ...]
    pinned: bool
    own: bool
    revoked: datetime | None
    actions: tuple[Mapping[str, Any], ...]
    ingredients: tuple[Mapping[str, Any], ...]
    bounds: Mapping[str, Any] | None
    generator: str
    failures: tuple[str, ...]
    history: int
    size: int

    def describe(self) -> str:
        """Say the state in plain words, with the standard's name for it first."""
        if self.state == "Invalid":
            return (
                "Invalid: the file or its credentials were changed after signing"
                f" ({self.failures[0] if self.failures else 'unreadable'}): believe nothing in it."
            )
        if self.state == "Well-Formed":
            if self.revoked is not None:
                return (
                    f"Well-Formed: nothing was changed, but {self.signer} called the signing"
                    f" certificate back on {self.revoked.date()}. Ask them for a new file."
                )
            return (
                "Well-Formed: nothing was changed, but the signer's certificate is not one that"
                f" counts ({self.failures[0] if self.failures else 'it expired'})."
                f" Ask {self.signer} for a new file."
            )
        if self.state == "Trusted":
            return f"Trusted: sound, and signed by {self.signer}, whom you have chosen to trust."
        if self.own:
            return (
                f"Valid: sound, and signed by {self.signer} on this computer. No public list"
                " vouches for that name; others see so too."
            )
        return (
            f"Valid: sound, and signed by {self.signer}, whom no public list vouches for. If you"
            " know them, compare their certificate and trust it: catchlight trust add"
        )


def sign(unsigned: bytes, claim: Claim, signer: Signer) -> bytes:
    """Sign a finished file.

    Parameters
    ----------
    unsigned : a JPEG or PNG as `render.encode_outputs` gives it.

    Returns
    -------
    The same file with one manifest more, at most `RESERVED_BYTES` longer unless the original's own
    credentials, which are kept as its history, are longer than that.

    Raises
    ------
    BoundRefused : a likeness bound is exceeded, or none was measured.
    CredentialError : the claim is not of this file and photograph, the signer failed, or a byte
        limit of the destination would be passed.
    """
    _check_claim(claim)
    kind = media_type(unsigned)
    if kind is None or looks_signed(unsigned[:65536]):
        raise CredentialError(
            f"{claim.output.file}: only a JPEG or PNG that is not signed yet can be signed"
        )
    steps = actions(claim)
    definition: dict[str, Any] = {
        "claim_version": 2,
        "claim_generator_info": [{"name": "Catchlight", "version": __version__}],
        "title": claim.output.name,
        "format": kind,
        "ingredients": [],
    }
    streamed = []
    for label, relation, given in (
        ("original", "parentOf", claim.original),
        ("backdrop", "componentOf", claim.backdrop),
    ):
        if given is None or (label == "backdrop" and not _placed(steps)):
            continue
        row = _ingredient(given, label, relation)
        if given.data is None:
            definition["ingredients"].append(row)
            continue
        redacted = _redactions(given)
        definition.setdefault("redactions", []).extend(redacted)
        steps += [
            {
                "action": "c2pa.redacted",
                "reason": "c2pa.PII.present",
                "parameters": {"redacted": place},
            }
            for place in redacted
        ]
        streamed.append((row, given.media_type, given.data))
    bounds = bounds_assertion(claim, unsigned)
    definition["assertions"] = [
        {"label": "c2pa.actions.v2", "data": {"actions": steps, "allActionsIncluded": True}},
        {"label": BOUNDS_LABEL, "kind": "Json", "data": bounds},
    ]
    failed: list[CredentialError] = []
    try:
        signed = embedded(
            unsigned,
            bytes.fromhex(bounds["file"]["sha256_before_signing"]),
            kind,
            definition,
            streamed,
            lambda: None if failed else _library_signer(signer, failed),
            _OFFLINE,
        )
    except c2pa.C2paError as error:
        if failed:
            raise failed[0] from None
        raise CredentialError(
            f"{claim.output.file}: cannot be signed: {printable(error)[:200]}"
        ) from error
    if signed is None:
        raise failed[0] from None
    limit = claim.output.max_bytes
    if limit is not None and len(signed) > limit:
        raise CredentialError(
            f"{claim.output.file}: signed it has {len(signed)} bytes, {claim.output.name} takes"
            f" {limit}: leave {len(signed) - len(unsigned)} bytes free when encoding"
        )
    return signed


def _check_claim(claim: Claim) -> None:
    """Sign nothing that breaks a bound, was not measured, or is of another photograph."""
    name = claim.output.file
    if {reading.bound.name for reading in claim.readings} < set(BOUNDS):
        raise BoundRefused(f"{name}: not signed: the likeness bounds were not all measured")
    for reading in claim.readings:
        if reading.status == "exceeded":
            raise BoundRefused(
                f"{name}: not signed: “{reading.bound.title}” is {reading.value:.2f}"
                f" {reading.bound.unit}; the most allowed is {reading.most:.2f}: weaken the edits"
            )
    if claim.original.sha256 != claim.recipe.source.sha256:
        raise CredentialError(
            f"{name}: not signed: the original is not the photo the recipe was made from (its"
            " SHA-256 differs): run again"
        )


def _placed(steps: list[dict[str, Any]]) -> bool:
    return any(step["action"] == "c2pa.placed" for step in steps)


def _ingredient(given: Ingredient, label: str, relation: str) -> dict[str, Any]:
    """The hash of the file stands as its identifier, for without credentials it has no other."""
    row = {
        "title": given.title,
        "relationship": relation,
        "label": label,
        "instance_id": f"urn:sha256:{given.sha256}",
    }
    return row if given.media_type is None else row | {"format": given.media_type}


def _redactions(given: Ingredient) -> list[str]:
    """Places of previews and capture data in the credentials that a photograph brings along."""
    try:
        held = json.loads(_report(given.media_type, given.data or b"", detailed=True))["manifests"]
    except (c2pa.C2paError, ValueError, KeyError):
        return []
    return [
        f"self#jumbf=/c2pa/{manifest}/c2pa.assertions/{label}"
        for manifest, content in held.items()
        for label, said in content.get("assertion_store", {}).items()
        if label.startswith(_REDACTED) or (label not in _KEPT and "gps" in json.dumps(said).lower())
    ]


def _report(kind: str | None, data: bytes, anchors: str = "", *, detailed: bool = False) -> str:
    """What the library's reader says of a file, JSON."""
    extra: dict[str, Any] = {"trust": {"user_anchors": anchors}} if anchors else {}
    if detailed:  # what is said, not whether it holds: that is found out when it is taken over
        extra["verify"] = _OFFLINE["verify"] | {"verify_after_reading": False}
    with (
        c2pa.Context.from_dict(_OFFLINE | extra) as context,
        c2pa.Reader(kind, io.BytesIO(data), context=context) as reader,
    ):
        return str(reader.detailed_json() if detailed else reader.json())


def _library_signer(signer: Signer, failed: list[CredentialError]) -> c2pa.Signer:
    """Hand the signer over; errors of a command are kept, for the library swallows them."""
    chain = signer.chain_pem
    if signer.key is not None:
        info = c2pa.C2paSignerInfo(signer.algorithm.encode("ascii"), chain, signer.key, None)
        return c2pa.Signer.from_info(info)

    def call(data: bytes) -> bytes:
        try:
            return signer.sign(data)
        except CredentialError as error:
            failed.append(error)
            return b""

    kind = c2pa.C2paSigningAlg[signer.algorithm.upper()]
    return c2pa.Signer.from_callback(call, kind, chain.decode("ascii"))


def read(data: bytes, pins: Pins | None = None) -> Credentials | None:
    """Read and check the credentials of a file, without any network.

    Parameters
    ----------
    data : a whole file: JPEG, PNG, or another format that the library knows.
    pins : whom to trust; None: nobody.

    Returns
    -------
    None where there are no credentials at all. Damaged ones are Invalid.
    """
    pins = pins or Pins()
    try:
        report = json.loads(_report(media_type(data), data, pins.anchors))
    except c2pa.C2paError.ManifestNotFound:
        return _unreadable("manifest not readable") if looks_signed(data) else None
    except (c2pa.C2paError, ValueError) as error:
        return _unreadable(printable(error)[:120]) if looks_signed(data) else None
    manifests = report.get("manifests", {})
    active = manifests.get(report.get("active_manifest"), {})
    failures = _failures(report)
    store = manifest_store(data) or b""
    whole = report.get("validation_state") in ("Valid", "Trusted")
    chain = _chain(store) if whole or _only_the_signer(failures) else ()
    info = active.get("signature_info", {})
    signer = certificate_name(chain[0]) if chain else printable(info.get("common_name", "?"))
    revoked = pins.revoked(chain)
    state, pinned = _state(report, failures, chain, pins, revoked)
    held = {row["label"]: row.get("data") for row in active.get("assertions", ())}
    listed = next((held[k] for k in held if k.startswith("c2pa.actions")), None) or {}
    generators = active.get("claim_generator_info") or [{}]
    return Credentials(
        state=state,
        signer=signer,
        chain=chain,
        pinned=pinned,
        own=pins.is_own(chain),
        revoked=revoked,
        actions=tuple(listed.get("actions", ())),
        ingredients=tuple(active.get("ingredients", ())),
        bounds=checked_bounds(held.get(BOUNDS_LABEL)),
        generator=printable(f"{generators[0].get('name', '?')} {generators[0].get('version', '')}"),
        failures=failures,
        history=max(0, len(manifests) - 1),
        size=len(store),
    )


def _state(
    report: Mapping[str, Any],
    failures: tuple[str, ...],
    chain: tuple[x509.Certificate, ...],
    pins: Pins,
    revoked: datetime | None,
) -> tuple[State, bool]:
    said = report.get("validation_state")
    pinned = pins.pinned(chain) or said == "Trusted"
    if said not in ("Valid", "Trusted"):
        return ("Well-Formed" if _only_the_signer(failures) else "Invalid"), False
    if revoked is not None:
        return "Well-Formed", False
    if chain and datetime.now(UTC) > chain[0].not_valid_after_utc:
        return "Well-Formed", False
    return ("Trusted" if pinned else "Valid"), pinned


def _failures(report: Mapping[str, Any]) -> tuple[str, ...]:
    """Codes of what failed, in the manifest and in its history, but for trust."""
    results = report.get("validation_results", {})
    rows = list(results.get("activeManifest", {}).get("failure", ()))
    for delta in results.get("ingredientDeltas", ()):
        rows += delta.get("validationDeltas", {}).get("failure", ())
    return tuple(dict.fromkeys(row["code"] for row in rows if row["code"] != _UNTRUSTED))


def _only_the_signer(failures: tuple[str, ...]) -> bool:
    return bool(failures) and all(code.startswith(_OF_THE_SIGNER) for code in failures)


def _chain(store: bytes) -> tuple[x509.Certificate, ...]:
    try:
        return tuple(x509.load_der_x509_certificate(der) for der in certificates(store))
    except (ValueError, x509.InvalidVersion):
        return ()


def _unreadable(reason: str) -> Credentials:
    return Credentials(
        "Invalid", "nobody", (), False, False, None, (), (), None, "?", (reason,), 0, 0
    )
