"""Sweeps: one prediction for each point of a grid, resumable, on any executor."""

from __future__ import annotations

import csv
import itertools
import json
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from fractions import Fraction
from hashlib import sha256
from pathlib import Path
from typing import Any

from symlam.errors import SymlamError
from symlam.numerics.arguments import positive_integer
from symlam.numerics.rational import as_fraction
from symlam.scenario.definition import CHOICES
from symlam.scenario.exogenous import CHOICES as EXOGENOUS
from symlam.scenario.fields import Population
from symlam.scenario.models import MODELS

__all__ = ["grid", "sweep"]

_INTEGERS = frozenset().union(*(kind.integers for kind in MODELS.values()))
# fields that take a word, true or false
_WORDS = frozenset({*CHOICES, *EXOGENOUS, "whiten", "affine_model", "affine_heads"})
_TRUTH: dict[str, str | bool] = {"true": True, "false": False}
# from what one value says to what a range says
_KINDS = ("undefined", "unique", "exact", "bracketed", "found")


def grid(over: Iterable[str]) -> list[dict[str, object]]:
    """All combinations of NAME=A:B:N (N evenly spaced values from A to B), NAME=V or NAME=V1,V2,...

    A value is an integer, a decimal or a fraction, or in a list a word that the field takes (true and false too).

    >>> grid(["sigma=0:1:3", "d_z=2:3:2"])[:3]
    [{'sigma': '0', 'd_z': 2}, {'sigma': '0', 'd_z': 3}, {'sigma': '1/2', 'd_z': 2}]
    >>> grid(["objective=self,cross", "rho=1/3,2/3"])[:2]
    [{'objective': 'self', 'rho': '1/3'}, {'objective': 'self', 'rho': '2/3'}]
    """
    axes: list[list[tuple[str, int | str | bool]]] = []
    for text in over:
        name, found, values = text.partition("=")
        parts = values.split(":")
        if not found or not values or len(parts) not in (1, 3):
            raise SymlamError(
                f"--over {text}", expected="NAME=A:B:N or NAME=V1,V2,...", hint="--over sigma=0:2:21"
            )
        name = name.replace("-", "_")
        if len(parts) == 1:
            listed = [value.strip() for value in values.split(",")]
            if name in _WORDS:
                axes.append([(name, _TRUTH.get(value, value)) for value in listed])
                continue
            points = [as_fraction(value) for value in listed]
        else:
            if name in _WORDS:
                raise SymlamError(f"--over {text}", expected=f"words, as in {name}=V1,V2")
            low, high = as_fraction(parts[0]), as_fraction(parts[1])
            if not parts[2].isdigit() or int(parts[2]) < 1:
                raise SymlamError(f"--over {text} has {parts[2]!r} points", expected="an integer >= 1")
            count = int(parts[2])
            points = [low + (high - low) * Fraction(i, max(count - 1, 1)) for i in range(count)]
        if name in _INTEGERS:
            wrong = [x for x in points if x.denominator != 1]
            if wrong:
                raise SymlamError(
                    f"--over {text} gives {name} = {wrong[0]}",
                    expected="integers",
                    hint=f"choose N so that the steps are whole, as in {name}=1:16:16",
                )
            axes.append([(name, int(x)) for x in points])
        else:
            axes.append([(name, str(x)) for x in points])
    return [dict(point) for point in itertools.product(*axes)]


def sweep(
    base: Population,
    points: Sequence[dict[str, object]],
    output: Path,
    *,
    executor: Executor | None = None,
    processes: bool = True,
    chunk: int = 500,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Predict every point on top of ``base`` and write ``output`` (.csv or .parquet); returns how many were new.

    Without an ``executor`` a pool of processes does the work, or this process alone (``processes`` False). Each finished chunk is written beside the output before the next is counted, so that nothing finished is lost.
    """
    positive_integer("chunk", chunk)
    if output.suffix not in (".csv", ".parquet"):
        raise SymlamError(f"{output.name} is neither CSV nor Parquet", expected="a name in .csv or .parquet")
    if output.suffix == ".parquet":
        _pyarrow()
    for point in points:
        base.with_(**point)  # the whole grid is valid before any work starts
    stamp = sha256(json.dumps([base.to_toml(), list(points), chunk], sort_keys=True).encode()).hexdigest()[
        :16
    ]
    parts = output.with_name(output.name + ".parts")
    parts.mkdir(parents=True, exist_ok=True)
    chunks = [points[i : i + chunk] for i in range(0, len(points), chunk)]
    names = [parts / f"{stamp}-{i:06d}.json" for i in range(len(chunks))]
    missing = [i for i, name in enumerate(names) if not name.exists()]
    done, new = len(points) - sum(len(chunks[i]) for i in missing), 0
    progress(done, len(points))
    own = ProcessPoolExecutor() if executor is None and processes and len(missing) > 1 else None
    pool = own or executor
    try:
        if pool is None:
            finished = ((i, _chunk(base, chunks[i])) for i in missing)
        else:
            futures = {pool.submit(_chunk, base, chunks[i]): i for i in missing}
            finished = ((futures[future], future.result()) for future in as_completed(futures))
        for i, rows in finished:
            temporary = names[i].with_suffix(".tmp")
            temporary.write_text(json.dumps(rows), encoding="utf-8")
            temporary.replace(names[i])
            done, new = done + len(rows), new + len(rows)
            progress(done, len(points))
    finally:
        if own is not None:
            own.shutdown(cancel_futures=True)
    rows = [row for name in names for row in json.loads(name.read_text(encoding="utf-8"))]
    _write(output, rows)
    for name in names:
        name.unlink()
    if not any(parts.iterdir()):
        parts.rmdir()
    return new


def _chunk(base: Population, points: Sequence[dict[str, object]]) -> list[dict[str, object]]:
    from symlam.scenario.prediction import predict_many

    rows = []
    for point, prediction in zip(
        points, predict_many([base.with_(**point) for point in points]), strict=True
    ):
        row = {name: _cell(value) for name, value in point.items()}
        ranges = prediction.metrics
        for name, found in ranges.items():
            ends = (None, None) if found.kind == "undefined" else (found.low, found.high)
            row[f"{name}_low"], row[f"{name}_high"] = ends
        # the weakest statement that a range of this row makes
        row["kind"], row["status"] = (
            max((x.kind for x in ranges.values()), key=_KINDS.index),
            prediction.status,
        )
        row["loss"], row["effective_weight"] = prediction.loss, prediction.effective_weight
        rows.append(row)
    return rows


def _cell(value: object) -> object:
    if isinstance(value, int):
        return value
    try:
        return float(Fraction(str(value)))
    except ValueError:
        return value


def _pyarrow() -> Any:
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise SymlamError(
            "pyarrow is not installed", hint="pip install 'symlam[sweep]', or write a .csv"
        ) from None
    return pyarrow


def _write(output: Path, rows: list[dict[str, object]]) -> None:
    temporary = output.with_name(output.name + ".tmp")
    if output.suffix == ".parquet":
        pyarrow = _pyarrow()
        pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), temporary)
    else:
        with temporary.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    temporary.replace(output)
