"""Commands of proof and trust: who signs, whom to believe, whether a picture is sound."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .cli_options import AsJson

if TYPE_CHECKING:
    from .keys import Identity

__all__ = ["identity", "trust", "verify"]

identity = typer.Typer(
    name="identity",
    help="Your own signing certificate: made, shown, renewed and called back on this computer.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
trust = typer.Typer(
    name="trust",
    help="Whose signatures you believe: a photographer's, a company's.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@identity.command("create")
def create(
    name: Annotated[str, typer.Argument(help="Whom pictures shall say they are signed by.")],
    organization: Annotated[
        str | None, typer.Option(help="Company or studio, shown beside the name.")
    ] = None,
) -> None:
    """Make a certificate authority of your own, and the certificate that signs your headshots."""
    from . import keys

    _say_identity(keys.create(name, organization))
    print("\nHeadshots are signed from now on. Everybody who reads one sees this name.")
    print("Give the certificate to those who shall trust it: catchlight identity show --out me.pem")


@identity.command("show")
def show(
    out: Annotated[
        Path | None,
        typer.Option(help="Write the certificate to hand out, a .pem file.", metavar="CERT.pem"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show your identity; with --out, write the certificate that others can trust."""
    from cryptography.hazmat.primitives.serialization import Encoding

    from . import keys
    from .output import write_atomic

    found = keys.load()
    if out is not None:
        write_atomic(out, found.authority.public_bytes(Encoding.PEM))
    if as_json:
        print(json.dumps(_identity_data(found), ensure_ascii=False, indent=1))
        return
    _say_identity(found)
    if out is not None:
        print(f"\nWritten: {out} (no key is in it). Others trust you with: catchlight trust add")


@identity.command("rotate")
def rotate() -> None:
    """Change the signing key; what is signed stays good, and who trusts you trusts the new one."""
    from . import keys

    _say_identity(keys.rotate())


@identity.command("revoke")
def revoke(
    which: Annotated[
        str | None,
        typer.Argument(help="Beginning of a certificate's fingerprint; else the one signing now."),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Write the revocation list to hand out.", metavar="LIST.pem"),
    ] = None,
) -> None:
    """Call a signing certificate back: pictures signed with it no longer count."""
    from . import keys
    from .output import write_atomic

    found = keys.revoke(which)
    if out is not None:
        write_atomic(out, found.revocations.read_bytes())
    _say_identity(found)
    print(
        f"\nThe list is in {out or found.revocations}. There is no network here to spread it: give"
    )
    print("it to those who trust you; they take it with: catchlight trust add LIST.pem")
    if found.signing is None:
        print("Nothing signs now. Make a new certificate with: catchlight identity rotate")


def _say_identity(found: Identity) -> None:
    data = _identity_data(found)
    print(f"{data['name']}")
    print(f"  authority   {data['authority']}  until {data['authority_until']}")
    for row in data["certificates"]:
        state = f"called back on {row['revoked']}" if row["revoked"] else f"until {row['until']}"
        print(f"  {'signs now' if row['signs'] else 'earlier  '}   {row['fingerprint']}  {state}")
    print(f"  kept in     {data['folder']}")


def _identity_data(found: Identity) -> dict[str, Any]:
    from .signer import certificate_name, fingerprint

    newest = found.signing or (found.issued[0] if found.issued else found.authority)
    return {
        "name": certificate_name(newest),
        "folder": str(found.folder),
        "authority": fingerprint(found.authority),
        "authority_until": found.authority.not_valid_after_utc.date().isoformat(),
        "certificates": [
            {
                "fingerprint": fingerprint(certificate),
                "signs": certificate == found.signing,
                "until": certificate.not_valid_after_utc.date().isoformat(),
                "revoked": found.revoked[certificate.serial_number].date().isoformat()
                if certificate.serial_number in found.revoked
                else None,
            }
            for certificate in found.issued
        ],
    }


@trust.command("add")
def add(
    certificate: Annotated[
        Path, typer.Argument(help="A certificate, or a revocation list, .pem or .der.")
    ],
) -> None:
    """Trust a photographer's or a company's certificate; or take over their revocation list."""
    from . import trust as pinned

    for sentence in pinned.add(certificate):
        print(sentence)


@trust.command("list")
def listed(as_json: AsJson = False) -> None:
    """List whom you trust."""
    from . import trust as pinned
    from .signer import certificate_name, fingerprint

    pins = pinned.load_pins()
    rows = [
        {
            "name": certificate_name(certificate),
            "fingerprint": fingerprint(certificate),
            "authority": pinned.is_authority(certificate),
            "until": certificate.not_valid_after_utc.date().isoformat(),
        }
        for certificate in pins.certificates
    ]
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        what = "all they issue" if row["authority"] else "this signer"
        print(f"{str(row['fingerprint'])[:16]}  {what:<14}  until {row['until']}  {row['name']}")
    if not rows:
        print("Nobody yet. Trust a photographer or company with: catchlight trust add CERT")


@trust.command("remove")
def remove(
    certificate: Annotated[
        str, typer.Argument(help="Beginning of the fingerprint, or the whole name.")
    ],
) -> None:
    """Trust a certificate no more."""
    from . import trust as pinned

    print(pinned.remove(certificate))


def verify(
    image: Annotated[Path, typer.Argument(help="A headshot: any picture.")],
    original: Annotated[
        Path | None, typer.Option(help="The photo it is said to be made from.", metavar="PHOTO")
    ] = None,
    proof: Annotated[
        str | None,
        typer.Option(
            help="A proof file, a photo of a printed code, or its text.", metavar="FILE|CODE"
        ),
    ] = None,
    backdrop: Annotated[
        Path | None, typer.Option(help="The backdrop photo, if one was used.", metavar="PHOTO")
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(help="Write a page to publish beside the headshot.", metavar="PAGE.html"),
    ] = None,
    differences: Annotated[
        Path | None,
        typer.Option(help="Write a picture that shows what differs.", metavar="PICTURE.png"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check a headshot: who signed it, what was done to it, whether it was changed since.

    Works offline. The exit code is 0 when all holds, 1 when something does not, and 3 when there
    is nothing to verify.
    """
    from .errors import UsageError
    from .output import write_atomic
    from .verify import verify as check

    if html is not None and html.suffix.lower() not in (".html", ".htm"):
        raise UsageError(f"--html {html}: a page is a .html file")
    if differences is not None and (original is None or differences.suffix.lower() != ".png"):
        raise UsageError("--differences writes a .png file, and needs --original")
    found = check(image, original=original, proof=proof, backdrop=backdrop)
    if html is not None:
        from . import travel_proof
        from .verify_page import render_page

        code = travel_proof.code_beside(image)
        drawn = None if code is None else travel_proof.code_svg(code)
        write_atomic(html, render_page(found, code=drawn).encode("utf-8"))
    held = found.original.difference if found.original is not None else None
    if differences is not None and held is not None:
        from .encode import encode_png

        write_atomic(differences, encode_png(held.shown))
    if as_json:
        print(json.dumps(found.as_dict(), ensure_ascii=False, indent=1))
    else:
        for sentence in found.sentences():
            print(sentence)
        if found.actions():
            print("\nWhat was done:")
            for said in found.actions():
                print(f"  {said}")
        if found.bounds():
            print("\nMeasured when it was signed:")
            for row in found.bounds():
                value = row.get("value")
                shown = "can't tell" if value is None else f"{value:g} {row.get('unit', '')}"
                print(f"  {row.get('title')}: {shown} (at most {row.get('limit'):g})")
        if html is not None:
            print(f"\nWritten: {html}")
        if differences is not None and held is not None:
            print(f"Written: {differences}")
    code_of = {"sound": 0, "not sound": 1, "nothing to verify": 3}
    raise typer.Exit(code_of[found.verdict])
