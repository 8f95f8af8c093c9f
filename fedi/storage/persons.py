"""People who sign in here, under pseudonyms; no address, no other name."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from fedi.storage.tx import Row, Tx


@dataclass(frozen=True, slots=True)
class Person:
    """A person; `login` is the name in the form in which no two may be alike, `password` an argon2 hash.

    `totp` is the secret of their codes once they have confirmed it, `totp_used` the last step a code was used of.
    """

    id: str
    login: str
    name: str
    password: str | None = field(repr=False)
    totp: str | None = field(repr=False)
    totp_used: int
    language: str
    created_at: int
    disabled_at: int | None


SELECT = "SELECT id, login, name, password, totp, totp_used, language, created_at, disabled_at FROM persons "

# Cyrillic and Greek letters that look like Latin ones, small or large.
_LOOKS_LIKE = str.maketrans(
    "авекмнорстухіјѕһԁԛԝαβεηικμνορτυχı", "abekmhopctyxijshdqwabehikmvoptuxi"
)


def login_of(name: str) -> str:
    """Return the form of a name in which two that look alike are the same."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).translate(_LOOKS_LIKE).split())


def add(tx: Tx, person: Person) -> bool:
    """Keep a new person; tell whether the login was free."""
    return (
        tx.execute(
            "INSERT INTO persons (id, login, name, password, totp, totp_used, language, created_at, "
            "disabled_at) VALUES (:id, :login, :name, :password, :totp, :totp_used, :language, "
            ":created_at, :disabled_at) ON CONFLICT DO NOTHING",
            id=person.id,
            login=person.login,
            name=person.name,
            password=person.password,
            totp=person.totp,
            totp_used=person.totp_used,
            language=person.language,
            created_at=person.created_at,
            disabled_at=person.disabled_at,
        )
        == 1
    )


def find(tx: Tx, person_id: str) -> Person | None:
    """Return a person by id, disabled or not."""
    row = tx.one(SELECT + "WHERE id = :id", id=person_id)
    return _person(row) if row else None


def find_login(tx: Tx, name: str) -> Person | None:
    """Return the person who signs in with this name, however its letters are written, disabled or not."""
    login = login_of(name)
    if not login.isprintable():  # as no login is, and no database can be asked
        return None
    row = tx.one(SELECT + "WHERE login = :login", login=login)
    return _person(row) if row else None


def list_(tx: Tx) -> list[Person]:
    """Return everybody, by login."""
    return [_person(row) for row in tx.all(SELECT + "ORDER BY login")]


def any_(tx: Tx) -> bool:
    """Tell whether there is anybody."""
    return tx.one("SELECT id FROM persons LIMIT 1") is not None


def set_password(tx: Tx, person_id: str, password: str | None) -> None:
    """Keep the hash of a password, or that there is none."""
    tx.execute(
        "UPDATE persons SET password = :password WHERE id = :id", password=password, id=person_id
    )


def set_totp(tx: Tx, person_id: str, secret: str | None) -> None:
    """Keep the secret of a person's codes, or that there is none."""
    tx.execute("UPDATE persons SET totp = :secret WHERE id = :id", secret=secret, id=person_id)


def use_totp(tx: Tx, person_id: str, step: int) -> bool:
    """Note that the code of a step was used; tell whether neither it nor a later one was before."""
    return (
        tx.execute(
            "UPDATE persons SET totp_used = :step WHERE id = :id AND totp_used < :step",
            step=step,
            id=person_id,
        )
        == 1
    )


def set_language(tx: Tx, person_id: str, language: str) -> None:
    """Keep the language a person reads in; '' is the browser's."""
    tx.execute(
        "UPDATE persons SET language = :language WHERE id = :id", language=language, id=person_id
    )


def set_disabled(tx: Tx, person_id: str, disabled_at: int | None) -> None:
    """Keep since when a person may not sign in; None is that they may."""
    tx.execute("UPDATE persons SET disabled_at = :at WHERE id = :id", at=disabled_at, id=person_id)


def remove(tx: Tx, person_id: str) -> bool:
    """Forget a person of whom nothing else is left; tell whether they were there."""
    return tx.execute("DELETE FROM persons WHERE id = :id", id=person_id) == 1


def _person(row: Row) -> Person:
    return Person(
        id=row["id"],
        login=row["login"],
        name=row["name"],
        password=row["password"],
        totp=row["totp"],
        totp_used=row["totp_used"],
        language=row["language"],
        created_at=row["created_at"],
        disabled_at=row["disabled_at"],
    )
