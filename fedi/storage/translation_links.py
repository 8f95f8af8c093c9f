"""Links with which partners hand in translations, and what was handed in and waits for a member."""

from __future__ import annotations

from dataclasses import dataclass

from fedi.storage.tx import Row, Tx


@dataclass(frozen=True, slots=True)
class TranslationLink:
    """A link for one language of one published thing; `id` is the hash of its token, `partner` an actor's id.

    `source` is the whole text with the words that were handed in at `handed_in_at`, '' before.
    """

    id: str
    object: str
    language: str
    partner: str
    expires_at: int
    source: str = ""
    handed_in_at: int | None = None


_COLUMNS = (
    "SELECT l.id, l.object, l.language, l.partner, l.expires_at, l.source, l.handed_in_at "
    "FROM translation_links l "
)


def put(tx: Tx, link: TranslationLink) -> None:
    """Keep a link in place of an earlier one for the same language."""
    drop(tx, link.object, link.language)
    tx.execute(
        "INSERT INTO translation_links (id, object, language, partner, expires_at) "
        "VALUES (:id, :object, :language, :partner, :expires_at)",
        id=link.id,
        object=link.object,
        language=link.language,
        partner=link.partner,
        expires_at=link.expires_at,
    )


def find(tx: Tx, link_id: str) -> TranslationLink | None:
    """Return a link, whether or not it is over."""
    row = tx.one(_COLUMNS + "WHERE l.id = :id", id=link_id)
    return _link(row) if row else None


def of_object(tx: Tx, object_id: str) -> list[TranslationLink]:
    """Return the links of something published, by language."""
    rows = tx.all(
        _COLUMNS + "WHERE l.object = :object ORDER BY l.language",
        object=object_id,
    )
    return [_link(row) for row in rows]


def handed_in(tx: Tx, actor: str) -> list[TranslationLink]:
    """Return what partners handed in for what a group published, the first one first."""
    rows = tx.all(
        _COLUMNS + "JOIN objects o ON o.id = l.object "
        "WHERE l.handed_in_at IS NOT NULL AND o.actor = :actor ORDER BY l.handed_in_at, l.id",
        actor=actor,
    )
    return [_link(row) for row in rows]


def hand_in(tx: Tx, link_id: str, source: str, now: int) -> bool:
    """Keep what was written with a link, in place of what was before; tell whether the link is still there."""
    sql = "UPDATE translation_links SET source = :source, handed_in_at = :now WHERE id = :id"
    return tx.execute(sql, source=source, now=now, id=link_id) == 1


def note_taken(tx: Tx, object_id: str, language: str) -> None:
    """Forget what was handed in for a language; with the link more can be."""
    tx.execute(
        "UPDATE translation_links SET source = '', handed_in_at = NULL "
        "WHERE object = :object AND language = :language",
        object=object_id,
        language=language,
    )


def drop(tx: Tx, object_id: str, language: str) -> bool:
    """Forget the link for a language with what was handed in; tell whether there was one."""
    sql = "DELETE FROM translation_links WHERE object = :object AND language = :language"
    return tx.execute(sql, object=object_id, language=language) > 0


def forget(tx: Tx, object_id: str) -> None:
    """Forget every link of something that was withdrawn."""
    tx.execute("DELETE FROM translation_links WHERE object = :object", object=object_id)


def forget_of(tx: Tx, actor: str) -> None:
    """Forget every link of what a group published."""
    tx.execute(
        "DELETE FROM translation_links WHERE object IN (SELECT id FROM objects WHERE actor = :actor)",
        actor=actor,
    )


def prune(tx: Tx, before: int) -> int:
    """Forget the links that expired before a moment and brought nothing; return how many there were."""
    return tx.execute(
        "DELETE FROM translation_links WHERE expires_at < :before AND handed_in_at IS NULL",
        before=before,
    )


def _link(row: Row) -> TranslationLink:
    return TranslationLink(**row)
