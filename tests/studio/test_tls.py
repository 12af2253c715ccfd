"""TLS: the certificate is for this machine's addresses, kept while good, its key the user's own."""

from __future__ import annotations

import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from catchlight.errors import UsageError
from catchlight.studio import tls
from catchlight.studio.addresses import names_of


def test_a_certificate_is_kept_while_it_is_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = tls.self_made(tmp_path, ["192.0.2.7", "studio.lan"])
    assert stat.S_IMODE(made.key.stat().st_mode) == 0o600
    assert stat.S_IMODE(made.key.parent.stat().st_mode) == 0o700
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(made.certificate, made.key)
    read = x509.load_pem_x509_certificate(made.certificate.read_bytes())
    assert made.fingerprint.replace(":", "") == read.fingerprint(hashes.SHA256()).hex().upper()
    names = read.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert [str(a) for a in names.get_values_for_type(x509.IPAddress)] == ["192.0.2.7"]
    assert names.get_values_for_type(x509.DNSName) == ["studio.lan"]
    lasts = read.not_valid_after_utc - read.not_valid_before_utc
    assert lasts <= timedelta(days=398)  # what browsers take

    made.key.chmod(0o644)
    assert tls.self_made(tmp_path, ["studio.lan", "192.0.2.7"]) == made
    assert stat.S_IMODE(made.key.stat().st_mode) == 0o600
    other = tls.self_made(tmp_path, ["192.0.2.8"])
    assert other.fingerprint != made.fingerprint
    phones = tls.self_made(tmp_path, ["192.0.2.8"], "phone")
    assert phones.fingerprint != other.fingerprint
    assert tls.self_made(tmp_path, ["192.0.2.8"]) == other

    class Later(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.now(UTC) + timedelta(days=350)

    monkeypatch.setattr(tls, "datetime", Later)
    assert tls.self_made(tmp_path, ["192.0.2.8"]).fingerprint != other.fingerprint


def test_ones_own_certificate_is_read_or_refused(tmp_path: Path) -> None:
    made = tls.self_made(tmp_path, ["192.0.2.7", "studio.lan"])
    assert tls.given(made.certificate, made.key).fingerprint == made.fingerprint
    assert "studio.lan" in names_of("192.0.2.7", made.certificate)
    none = tmp_path / "none.pem"
    with pytest.raises(UsageError, match="no certificate"):
        tls.given(none, made.key)
    with pytest.raises(UsageError, match="no key"):
        tls.given(made.certificate, made.certificate)
