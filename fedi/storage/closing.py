"""What goes with a group that is removed: everything its members kept in its console, and what it said."""

from __future__ import annotations

from fedi.storage.tx import Tx


def forget(tx: Tx, group: str, farewell: str) -> None:
    """Delete what only the members of a group had, and what it said but for its farewell (an activity's id).

    Files of drafts, and exports, are found and deleted by the sweeps that look for what nobody has any more.
    """
    # First what is on its way: those who deliver take these rows in the same order.
    tx.execute(
        "DELETE FROM deliveries WHERE activity IN "
        "(SELECT id FROM activities WHERE actor = :grp AND id <> :farewell)",
        grp=group,
        farewell=farewell,
    )
    tx.execute(
        "DELETE FROM activities WHERE actor = :grp AND id <> :farewell",
        grp=group,
        farewell=farewell,
    )
    tx.execute("DELETE FROM drafts WHERE grp = :grp", grp=group)
    tx.execute("DELETE FROM pending WHERE grp = :grp", grp=group)
    tx.execute("DELETE FROM log WHERE grp = :grp", grp=group)
    tx.execute("DELETE FROM role_turns WHERE grp = :grp", grp=group)
    tx.execute("DELETE FROM roles WHERE grp = :grp", grp=group)
    tx.execute("DELETE FROM members WHERE grp = :grp", grp=group)
    tx.execute("DELETE FROM invitations WHERE grp = :grp", grp=group)
    tx.execute("DELETE FROM group_rules WHERE grp = :grp", grp=group)
    tx.execute("DELETE FROM house_rules WHERE grp = :grp", grp=group)
    tx.execute("DELETE FROM partners WHERE grp = :grp", grp=group)
    tx.execute("DELETE FROM reading WHERE grp = :grp", grp=group)
    tx.execute("DELETE FROM blocks WHERE grp = :grp", grp=group)
