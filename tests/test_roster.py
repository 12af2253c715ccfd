"""The roster: read with the line of every mistake, written with everything else kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from catchlight.errors import UsageError
from catchlight.roster import ROSTER_FILE, load_roster, with_photos


def read(folder: Path, text: str | bytes):  # type: ignore[no-untyped-def]
    path = folder / "ROSTER.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return load_roster(path)


def test_the_one_that_init_writes_is_a_roster(tmp_path: Path) -> None:
    found = read(tmp_path, ROSTER_FILE)
    assert [member.name for member in found.members] == ["Ada Example", "Ben Example"]
    assert found.members[1].photos == tuple(str(tmp_path / f"photos/ben/{n}.jpg") for n in (1, 2))
    assert found.members[0].email == "ada@example.org"


@pytest.mark.parametrize(
    "text",
    [
        b'\xef\xbb\xbfName;Photos;E-Mail\r\nAda;"a;b";x@y\r\n',
        "name\tphotos\temail\nAda\ta;b\tx@y\n",
        'Photos,Name,mail\n"a;b","Ada",x@y\n',
    ],
)
def test_as_spreadsheets_write_it(tmp_path: Path, text: str | bytes) -> None:
    (member,) = read(tmp_path, text).members
    assert (member.name, member.email) == ("Ada", "x@y")
    assert member.photos == (str(tmp_path / "a"), str(tmp_path / "b"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name,title\nAda,x\n", "no photos"),
        ("", "nothing in it"),
        ("name,photos\n# c\n,x\n", "line 3, name"),
        ("name,photos\nAda,x\nADA,y\n", "line 3, name: 'ADA' has the same as line 2's"),
        ("name,photos,status\nAda,x,done\n", "line 2, status: 'done' is none of invited"),
        ("name,photos\nAda,x,y\n", "line 2, photos: 3 cells"),
        ('name,photos\n"Ada,x\n', "line 2"),
        (b"name,photos\n\xff\xfe,x\n", "not UTF-8"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read(tmp_path, text)


def test_a_status_is_written_and_all_else_kept(tmp_path: Path) -> None:
    text = '# hello, all\n\nname,photos,desk\n"Bo, Al",x,4\n# gone: Cy,y,5\nAda,"a;b",6\n'
    found = read(tmp_path, text)
    assert found.with_status({"Bo, Al": "approved"}) == (
        '# hello, all\n\nname,photos,desk,status\n"Bo, Al",x,4,approved\n# gone: Cy,y,5\n'
        "Ada,a;b,6,\n"
    )
    again = found.save(found.with_status({"Ada": "invited"}))
    assert again.with_status({"Ada": "invited"}) == again.text


def test_a_joiner_is_added_and_can_send_other_photos(tmp_path: Path) -> None:
    read(tmp_path, "name,photos\nAda,x\n")
    (tmp_path / "p.jpg").touch()
    path = tmp_path / "ROSTER.csv"
    with_photos(path, "Bo", ["s3://faces/bo", str(tmp_path / "p.jpg")])
    assert path.read_text().endswith(f"Bo,s3://faces/bo;{tmp_path}/p.jpg\n")
    with_photos(path, "bo", ["gs://faces/bo"])
    assert path.read_text() == "name,photos\nAda,x\nBo,gs://faces/bo\n"
    with pytest.raises(UsageError, match="no such file"):
        with_photos(path, "Cy", [str(tmp_path / "not there")])
