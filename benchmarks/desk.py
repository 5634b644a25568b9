"""How fast the desk answers when much has come in: 10,000 sets of 200 clients.

Milliseconds depend on the machine and on who else uses it, so each page is asked for in turn
with a file that takes no work, and told as a multiple of it and as processor time too; so is
what a round of judging costs before and after the film itself.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from sqlalchemy import select
from starlette.testclient import TestClient

from formcheck.batch.job import Options
from formcheck.history.schema import ClientRow
from formcheck.history.store import DATABASE, Store, open_store, sqlite_url
from formcheck.serve.app import create_app
from formcheck.serve.desk import Choices, open_desk
from formcheck.serve.kept.moment import now
from formcheck.serve.kept.people import client_named
from formcheck.serve.kept.uploads import Said, Upload, add_upload, new_upload_id
from formcheck.serve.rounds import Orders, Rounds
from tests.history.made_history import made_sets

CLIENTS, SETS = 200, 50
TIMES = 40
MOST_MS, MOST_ROUND_S = 150.0, 3.0
TRIVIAL = "/static/icon.svg"
ADDRESS = "http://127.0.0.1:8765"


def run(console: Console) -> list[dict[str, Any]]:
    """Make the history, ask for the pages, print a table, give the numbers."""
    with tempfile.TemporaryDirectory(prefix="formcheck-desk-") as folder:
        out = Path(folder)
        with console.status(f"Making {CLIENTS * SETS:,} sets"):
            client_id = _fill(out)
        with open_desk(out, Choices(ADDRESS, asks_password=False, works=False)) as desk:
            with TestClient(create_app(desk), base_url=ADDRESS) as browser:
                found = _pages(browser, client_id)
            round_s, settling_s = _round_s(desk.store, out)
    table = Table(title=f"The desk with {CLIENTS * SETS:,} sets", box=None, pad_edge=False)
    for column in ("page", "median ms", "p95 ms", "CPU ms", "times a file", "KB"):
        table.add_column(column)
    for one in found:
        colour = "green" if one["p95_ms"] <= MOST_MS else "red"
        p95 = f"[{colour}]{one['p95_ms']:.0f}[/]"
        rest = (f"{one['cpu_ms']:.0f}", f"{one['ratio']:.1f}", f"{one['kb']:.0f}")
        table.add_row(one["page"], f"{one['median_ms']:.0f}", p95, *rest)
    console.print(table)
    colour = "green" if round_s <= MOST_ROUND_S else "red"
    console.print(
        f"A round besides its films: [{colour}]{round_s:.1f}[/] s of processor time; "
        f"the batch's pages, once a minute at most: {settling_s:.1f} s."
    )
    return [*found, {"page": "round", "cpu_s": round_s, "settling_cpu_s": settling_s}]


def _fill(out: Path) -> int:
    with open_store(sqlite_url(out / DATABASE)) as store:
        for number in range(CLIENTS):
            store.add_sets(made_sets(f"Client {number:03d}", SETS, reps=5))
        with store.reading() as connection:
            return int(connection.execute(select(ClientRow.id).limit(1)).scalar_one())


def _pages(browser: TestClient, client_id: int) -> list[dict[str, Any]]:
    ways = {
        "a file": TRIVIAL,
        "inbox": "/",
        "inbox, page 150": "/?p=150",
        "inbox, looked for": "/?q=client+01",
        "clients": "/clients",
        "client": f"/clients/{client_id}",
        "compare, choosing": f"/compare?client={client_id}",
    }
    took: dict[str, list[float]] = {page: [] for page in ways}
    cpu_ms: dict[str, list[float]] = {page: [] for page in ways}
    sizes = dict.fromkeys(ways, 0)
    for turn in range(TIMES + 3):
        for page, way in ways.items():
            begin_s, begin_cpu_s = time.perf_counter(), time.process_time()
            answer = browser.get(way, headers={"Accept": "text/html"})
            took_s = time.perf_counter() - begin_s
            answer.raise_for_status()
            sizes[page] = len(answer.content)
            if turn >= 3:  # the first ones read templates and words
                took[page].append(1000 * took_s)
                cpu_ms[page].append(1000 * (time.process_time() - begin_cpu_s))
    trivial = statistics.median(took["a file"])
    return [
        {
            "page": page,
            "median_ms": statistics.median(each),
            "p95_ms": statistics.quantiles(each, n=20)[-1],
            "cpu_ms": statistics.median(cpu_ms[page]),
            "ratio": statistics.median(each) / trivial,
            "kb": sizes[page] / 1000,
        }
        for page, each in took.items()
    ]


def _round_s(store: Store, out: Path) -> tuple[float, float]:
    """Processor time of a round over a file that is no film, and of what follows when idle."""
    orders = Orders(str(out), sqlite_url(out / DATABASE), workers=1, options=asdict(Options()))
    rounds = Rounds(orders, store, lambda _: None)
    rounds_s = []
    for turn in range(3):
        file = out / f"broken-{turn}.mp4"
        file.write_bytes(b"no film" * (turn + 1))
        whose = client_named(store, "Client 007")
        said = {"file": file.name, "path": file, "size": 1, "received_at": now(), "said": Said()}
        add_upload(store, Upload(new_upload_id(), whose.id, whose.name, file.name, **said))  # type: ignore[arg-type]
        begin_s = time.process_time()
        rounds.look()
        rounds_s.append(time.process_time() - begin_s)
    begin_s = time.process_time()
    rounds.settle()
    return statistics.median(rounds_s), time.process_time() - begin_s
