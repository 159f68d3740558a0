"""What is hidden of texts, names, addresses and bodies, and what is not."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_server.domain import redaction
from mock_server.domain.redaction import HIDDEN

JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJYeXp6eSJ9.Xyzzy-_x"
SECRET = 'Xyzzy secret\'s "value"&\\é'
SECRET_NAMES = (
    "password",
    "Password",
    "pass_word",
    "pasword",
    "passwd",
    "oldPassword",
    "passphrase",
    "pwd",
    "secret",
    "clientSecret",
    "token",
    "access_token",
    "refreshToken",
    "jwt",
    "authorization",
    "Proxy-Authorization",
    "x-auth",
    "cookie",
    "Set-Cookie",
    "credentials",
    "api_key",
    "X-Api-Key",
    "twoFactorCode",
)
HARMLESS_NAMES = (
    "passwordLastUpdated",
    "tokenCutoff",
    "expUserTokenCutoff",
    "tokenTTL",
    "apiTokenId",
    "apiTokenCount",
    "email",
    "firstName",
    "author",
    "passenger",
    "compass",
    "keyboard",
    "scope",
    "requestedScopes",
    "userTags",
)
LETTERS = st.text(st.characters(codec="utf-8"), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | LETTERS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(LETTERS, inner, max_size=3),
    max_leaves=8,
)


def shown(value: Any) -> Any:
    """Return what is shown of a JSON body."""
    return json.loads(redaction.body(json.dumps(value).encode()))


@pytest.mark.parametrize("name", SECRET_NAMES)
def test_secret_names(name: str) -> None:
    """What a name calls secret is hidden wherever it stands."""
    assert shown({"a": [{name: SECRET}]}) == {"a": [{name: HIDDEN}]}
    assert redaction.document({"a": [{name: SECRET}]}) == {"a": [{name: HIDDEN}]}
    assert redaction.named(name, SECRET) == HIDDEN
    assert redaction.parameters({name: SECRET}) == {name: HIDDEN}
    assert redaction.target(f"/a?{name}={quote(SECRET)}") == f"/a?{name}={HIDDEN}"


@pytest.mark.parametrize("name", HARMLESS_NAMES)
def test_harmless_names(name: str) -> None:
    """What only looks like the name of a secret hides nothing."""
    assert shown({name: "a b"}) == {name: "a b"}
    assert redaction.document({name: "a b"}) == {name: "a b"}
    assert redaction.named(name, "a b") == "a b"
    assert redaction.parameters({name: "a b"}) == {name: "a b"}
    assert redaction.target(f"/a?{name}=a%20b") == f"/a?{name}=a%20b"


@pytest.mark.parametrize("value", [1, 1.5, "", [], {}, ["x"], {"x": {"y": 1}}])
def test_secret_values(value: Any) -> None:
    """A secret may be of any type."""
    assert shown({"password": value}) == {"password": HIDDEN}


@pytest.mark.parametrize("value", [None, True, False])
def test_nothing_secret(value: object) -> None:
    """That there is no secret is no secret."""
    assert shown({"password": value, "token": "x"}) == {"password": value, "token": HIDDEN}


@given(value=VALUES)
def test_plain_documents(value: Any) -> None:
    """A document without secrets is shown as it is, byte by byte."""
    content = json.dumps({"firstName": value}).encode()
    wanted = redaction.document(json.loads(content))
    assert json.loads(redaction.body(content)) == wanted
    assert wanted != {"firstName": value} or redaction.body(content) == content


@given(value=VALUES, name=st.sampled_from(SECRET_NAMES), secret=LETTERS)
def test_documents_with_a_secret(value: Any, name: str, secret: str) -> None:
    """Next to a secret everything else stays."""
    kept = redaction.document(json.loads(json.dumps(value)))
    assert shown({"kept": value, name: secret}) == {"kept": kept, name: HIDDEN}


@given(name=st.sampled_from(["password", "token"]), data=st.data())
def test_escaped_names(name: str, data: st.DataObject) -> None:
    """A name is known in whatever way its letters are escaped."""
    escaped = data.draw(st.sets(st.integers(0, len(name) - 1), min_size=1))
    spelled = "".join(f"\\u{ord(c):04x}" if i in escaped else c for i, c in enumerate(name))
    assert b"Xyzzy" not in redaction.body(f'{{"{spelled}":"Xyzzy"}}'.encode())
    assert b"Xyzzy" not in redaction.body(f'{{"{spelled}":"Xyzzy'.encode())


@given(cut=st.integers(0, 38))
def test_broken_json(cut: int) -> None:
    """A body that breaks off is shown only as far as no secret can be in it."""
    content = b'{"a":"b","password":"Xyzzy","c":"Xyzz"}'[:cut]
    assert b"Xyzzy" not in redaction.body(content)


@pytest.mark.parametrize(
    "content",
    [
        b'{"password":"Xyzzy","password":null}',
        b'{"password":"Xyzzy","password":null,"a":NaN}',
        b'{"a":{"token":"Xyzzy"},"a":1,"b":1e999}',
        b'\xef\xbb\xbf{"password":"Xyzzy"}',
        b'{"password":"Xyzzy\xff"}',
        b'{"password":"Xyzzy"} {}',
        b'{"password":"Xyzzy","n":' + b"9" * 5000 + b"}",
        b'{"password":"Xyzzy","n":' + b"[" * 100_000,
        b'{"password":"Xyzzy","n":' + b"[" * 200 + b"]" * 200 + b"}",
        b"password=Xyzzy",
        b"email=a&p%61ssword=Xyzzy",
        b"--x\r\nContent-Disposition: form-data; name=password\r\n\r\nXyzzy",
        '{"password":"Xyzzy"}'.encode("utf-16"),
        '{"password":"Xyzzy"}'.encode("utf-16-be"),
        '{"password":"Xyzzy"}'.encode("utf-32-le"),
        b'{"text":"{\\"password\\":\\"Xyzzy\\"}"}',
        b'{"text":"[{\\"password\\":\\"Xyzzy\\""}',
        b'{"text":"say \\"password\\": \\"a Xyzzy\\" to enter"}',
        b'{"text":"/a?access_token=Xyzzy"}',
        b'{"text":"/a?access%5Ftoken=Xyzzy"}',
    ],
    ids=lambda content: repr(content[:40]),
)
def test_odd_bodies(content: bytes) -> None:
    """A secret is hidden in bodies that are not what they should be, too."""
    content_shown = redaction.body(content).replace(b"\0", b"")
    assert b"Xyzzy" not in content_shown


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (JWT, HIDDEN),
        (f"/a/{JWT}/b", f"/a/{HIDDEN}/b"),
        (f"/a/{quote(JWT).replace('J', '%4A').replace('.', '%2E')}/b", f"/a/{HIDDEN}/b"),
        (f"see {JWT}, please", f"see {HIDDEN}, please"),
        (f"jwt_{JWT}", HIDDEN),
        ("https://a.b/?x=1&access_token=Xyzzy&y=2", f"https://a.b/?x=1&access_token={HIDDEN}&y=2"),
        ('a password="of two words" here', f'a password={HIDDEN}" here'),
        ('{"a": 1, "password": "Xyzzy"}', f'{{"a": 1, "password": "{HIDDEN}"}}'),
    ],
)
def test_texts(value: str, wanted: str) -> None:
    """Within a text only what is secret is hidden."""
    assert redaction.text(value) == wanted


@pytest.mark.parametrize(
    "value",
    [
        "/applications/575ec8687ae143cd83dc4a97/experience/users",
        "heyJude.john.smith@example.com",
        "1.2.3",
        "the token grants nothing; the action requires one of all.Application",
        "experienceUserPost.password has shorter length than allowed",
        "100%",
        "a=b",
        '{"email": {"$eq": "ann@example.com"}}',
        '{"tokenCutoff": {"$gt": "2024-01-01"}}',
        "*ann*",
        "Basic plan",
    ],
)
def test_plain_texts(value: str) -> None:
    """A text without secrets is shown as it is."""
    assert redaction.text(value) == value
    assert redaction.parameters({"query": value}) == {"query": value}
    assert redaction.target(f"/a?query={quote_plus(value)}") == f"/a?query={quote_plus(value)}"


@given(name=LETTERS.filter(lambda name: "=" not in name), value=LETTERS)
def test_targets(name: str, value: str) -> None:
    """A query string shows what its parameters show."""
    sent = f"{quote_plus(name)}={quote_plus(value)}"
    hides = redaction.parameters({name: value}) != {name: value}
    assert (redaction.target(f"/a?{sent}") != f"/a?{sent}") == hides


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "JWT", "Basic"])
def test_schemes(scheme: str) -> None:
    """Of a header the scheme is shown, whatever the header is called."""
    assert redaction.named("Authorization", f"{scheme} Xyzzy") == f"{scheme} {HIDDEN}"
    assert redaction.named("X-Other", f"{scheme} Xyzzy") == f"{scheme} {HIDDEN}"


@pytest.mark.parametrize("value", ["Xyzzy", "Token Xyzzy", "Digest username=Xyzzy", "BearerXyzzy"])
def test_unknown_schemes(value: str) -> None:
    """Of a header in another form nothing is shown."""
    assert redaction.named("authorization", value) == HIDDEN


@pytest.mark.parametrize(
    "piece", ["a", "eyJ", "eyJaaaaaa.", "_eyJ", "%", "%61", "token", "a=", "token=", '"', " ", "{"]
)
def test_long_texts(piece: str) -> None:
    """A long text takes no longer than its length says."""
    content = json.dumps({"a": f"{piece * (500_000 // len(piece))} token=Xyzzy"}).encode()
    assert b"Xyzzy" not in redaction.body(content)
