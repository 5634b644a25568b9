"""Sets to rows of the tables, and back."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, insert, select, update

from formcheck.data import Finding, JudgedRep, Rep, SetSummary
from formcheck.history.names import client_folder, is_tidy
from formcheck.history.schema import (
    Base,
    ClientRow,
    FileRow,
    FindingRow,
    LimitsRow,
    RepRow,
    SessionRow,
    SetRow,
)
from formcheck.history.stored import (
    NUMBER,
    LimitsVersion,
    StoredSet,
    from_values,
    known,
    or_none,
    to_values,
)

AT_ONCE = 500
"""Values in one question: old SQLite takes no more than 999."""

OF_THE_SET = 0  # findings of the set are kept as of repetition 0; repetitions count from 1

_SAID = ("file", "path", "date_from", "target_reps", "side", "notes", "looked")
_NO_SUMMARY = SetSummary({}, math.nan, math.nan, "", "", "", None)


class Writing:
    """Writes sets on one connection; the transaction is the caller's."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, one: StoredSet) -> int:
        """Write a set in place of what it supersedes; gives its id."""
        client_id = self.client(one.client, _client_folder_of(one))
        self._clear_way(one, client_id)
        values = _of_table(SetRow, one) | _of_table(SetRow, one.summary or _NO_SUMMARY)
        values |= {
            "client_id": client_id,
            "session_id": self._session(client_id, one),
            "limits_id": None if one.limits is None else self._limits(one.limits),
            "settings": dict(one.settings),
        }
        set_id = self._insert(SetRow, values)
        self._add_reps(set_id, one)
        self._drop_empty_sessions(client_id)
        return set_id

    def change(self, sets: Iterable[StoredSet]) -> None:
        """Change what is said of sets: file, date, load, side, notes; not what came out."""
        for one in sets:
            self._change(one)

    def _change(self, one: StoredSet) -> None:
        client_id = self.client(one.client)
        same = (SetRow.client_id == client_id) & (SetRow.content == one.content)
        values = {name: getattr(one, name) for name in _SAID}
        values |= {
            "load_kg": or_none(one.load_kg),
            "session_id": self._session(client_id, one),
        }
        self._connection.execute(update(SetRow).where(same).values(values))
        self._drop_empty_sessions(client_id)

    def forget(self, sets: Iterable[tuple[str, str]]) -> None:
        """Take sets out, named by client and content, with their repetitions and findings."""
        for client, content in sets:
            client_id = self.client(client)
            self._delete((SetRow.client_id == client_id) & (SetRow.content == content))
            self._drop_empty_sessions(client_id)

    def files(self, rows: Sequence[Mapping[str, str]]) -> None:
        """Keep what files looked like, in place of what was known of them."""
        for some in _slices(rows):
            paths = [one["path"] for one in some]
            self._connection.execute(delete(FileRow).where(FileRow.path.in_(paths)))
            self._connection.execute(insert(FileRow), list(some))

    def forget_further(self, one: StoredSet) -> None:
        """Take the further sets of a film out; ``one`` is its first."""
        further = SetRow.content.startswith(f"{one.film}{NUMBER}", autoescape=True)
        self._delete((SetRow.client_id == self.client(one.client)) & further)

    def client(self, name: str, folder: str = "") -> int:
        """Give a client's id; whoever is new gets a folder, ``folder`` if nobody has it."""
        known_id = select(ClientRow.id).where(ClientRow.name == name)
        found = self._connection.execute(known_id).scalar()
        if found is not None:
            return found
        rows = self._connection.execute(select(ClientRow.name, ClientRow.folder))
        folders = {row.name: row.folder for row in rows}
        if not folder or folder.casefold() in {taken.casefold() for taken in folders.values()}:
            folder = client_folder(name, folders)
        return self._insert(ClientRow, {"name": name, "folder": folder})

    def _clear_way(self, one: StoredSet, client_id: int) -> None:
        same = (SetRow.client_id == client_id) & (SetRow.content == one.content)
        mended = (
            (SetRow.client_id == client_id) & (SetRow.file == one.file) & (SetRow.state == "failed")
        )
        self._delete(same | mended)

    def _delete(self, which: ColumnElement[bool]) -> None:
        gone = self._connection.execute(select(SetRow.id).where(which)).scalars().all()
        for table in (FindingRow, RepRow):
            self._connection.execute(delete(table).where(table.set_id.in_(gone)))
        self._connection.execute(delete(SetRow).where(SetRow.id.in_(gone)))

    def _session(self, client_id: int, one: StoredSet) -> int:
        found = self._connection.execute(
            select(SessionRow.id).where(
                SessionRow.client_id == client_id, SessionRow.date == one.date
            )
        ).scalar()
        if found is not None:
            return found
        return self._insert(SessionRow, {"client_id": client_id, "date": one.date})

    def _drop_empty_sessions(self, client_id: int) -> None:
        used = select(SetRow.session_id).where(SetRow.client_id == client_id)
        self._connection.execute(
            delete(SessionRow).where(SessionRow.client_id == client_id, SessionRow.id.not_in(used))
        )

    def _limits(self, limits: LimitsVersion) -> int:
        found = self._connection.execute(
            select(LimitsRow.id).where(LimitsRow.sha256 == limits.sha256)
        ).scalar()
        if found is not None:
            return found
        changes = [dict(one) for one in limits.changes]
        return self._insert(
            LimitsRow, {"sha256": limits.sha256, "name": limits.name, "changes": changes}
        )

    def _add_reps(self, set_id: int, one: StoredSet) -> None:
        of_set = one.summary.findings if one.summary is not None else {}
        findings = [
            to_values(found) | {"set_id": set_id, "rep": OF_THE_SET} for found in of_set.values()
        ]
        reps = []
        for judged in one.reps:
            reps.append(_rep_values(set_id, judged))
            findings += [
                # A repetition's texts are in its analysis.json: see FindingRow.
                to_values(found)
                | {"set_id": set_id, "rep": judged.rep.index, "reason": "", "advice": ""}
                for found in judged.findings.values()
            ]
        if reps:
            self._connection.execute(insert(RepRow), reps)
        if findings:
            self._connection.execute(insert(FindingRow), findings)

    def _insert(self, table: type[Any], values: dict[str, Any]) -> int:
        key = self._connection.execute(insert(table), values).inserted_primary_key
        assert key is not None
        return int(key[0])


def _client_folder_of(one: StoredSet) -> str:
    """The client's folder in which a set's results lie already: CLIENTS/CLIENT/SET."""
    parts = one.folder.split("/")
    return parts[1] if len(parts) == 3 and is_tidy(parts[1]) else ""


def read_sets(
    connection: Connection,
    client: str | None,
    contents: Collection[str] | None,
    *,
    details: bool,
) -> list[StoredSet]:
    """Read sets, oldest first; see ``Store.sets``."""
    question = (
        select(
            *SetRow.__table__.columns,
            SessionRow.date,
            ClientRow.name.label("client"),
            LimitsRow.sha256.label("limits_sha256"),
            LimitsRow.name.label("limits_name"),
            LimitsRow.changes.label("limits_changes"),
        )
        .join_from(SetRow, SessionRow, SetRow.session_id == SessionRow.id)
        .join(ClientRow, SetRow.client_id == ClientRow.id)
        .outerjoin(LimitsRow, SetRow.limits_id == LimitsRow.id)
        .order_by(SessionRow.date, SetRow.id)
    )
    if client is not None:
        question = question.where(ClientRow.name == client)
    if contents is None:
        rows = list(connection.execute(question).mappings())
    else:
        rows = [
            row
            for some in _slices(sorted(contents))
            for row in connection.execute(question.where(SetRow.content.in_(some))).mappings()
        ]
    if not details:
        return [_stored(row, {}, ()) for row in rows]
    inner = _Details(connection, [row["id"] for row in rows])
    return [
        _stored(row, inner.findings[row["id"], OF_THE_SET], inner.reps(row["id"])) for row in rows
    ]


class _Details:
    """Repetitions and findings of many sets, with two questions for each few hundred."""

    def __init__(self, connection: Connection, ids: Sequence[int]) -> None:
        self.findings: defaultdict[tuple[int, int], dict[str, Finding]] = defaultdict(dict)
        self._reps: defaultdict[int, list[RowMapping]] = defaultdict(list)
        for some in _slices(ids):
            found = select(*FindingRow.__table__.columns).where(FindingRow.set_id.in_(some))
            for row in connection.execute(found).mappings():
                self.findings[row["set_id"], row["rep"]][row["cue"]] = from_values(Finding, row)
            reps = select(*RepRow.__table__.columns).where(RepRow.set_id.in_(some))
            for row in connection.execute(reps.order_by(RepRow.rep)).mappings():
                self._reps[row["set_id"]].append(row)

    def reps(self, set_id: int) -> tuple[JudgedRep, ...]:
        return tuple(
            JudgedRep(
                from_values(Rep, row, index=row["rep"]),
                {name: known(value) for name, value in row["measures"].items()},
                self.findings[set_id, row["rep"]],
                known(row["score"]),
            )
            for row in self._reps[set_id]
        )


def _stored(
    row: RowMapping, findings: Mapping[str, Finding], reps: tuple[JudgedRep, ...]
) -> StoredSet:
    limits = None
    if row["limits_sha256"] is not None:
        changes = tuple(row["limits_changes"])
        limits = LimitsVersion(row["limits_sha256"], row["limits_name"], changes)
    analysed = row["state"] == "analysed"
    summary = from_values(SetSummary, row, findings=findings) if analysed else None
    return from_values(StoredSet, row, limits=limits, summary=summary, reps=reps)


def _rep_values(set_id: int, judged: JudgedRep) -> dict[str, Any]:
    return _of_table(RepRow, judged.rep) | {
        "set_id": set_id,
        "rep": judged.rep.index,
        "score": or_none(judged.score),
        "measures": {name: or_none(value) for name, value in judged.measures.items()},
    }


def _of_table(table: type[Base], one: object) -> dict[str, Any]:
    """What a table has a column for of a dataclass."""
    columns = table.__table__.columns
    return {name: value for name, value in to_values(one).items() if name in columns}


def _slices(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (values[at : at + AT_ONCE] for at in range(0, len(values), AT_ONCE))
