"""A loss minimised in numpy by alternating least squares over whole letters; knows the residuals alone.

No closed form, no roles: a block of letters is moved to its least-squares optimum, found from how the
residuals change when one entry of a letter changes.
"""

from __future__ import annotations

import numpy as np

from symlam.algebra._expression import SYMBOLS
from symlam.algebra._letter import LETTERS


class Brute:
    def __init__(self, model, inst) -> None:
        self.model, self.inst = model, inst
        self.fixed = {x: floats(m) for x, m in inst.matrices.items()}
        values, vectors = np.linalg.eigh(floats(inst.joint))
        self.root = vectors * np.sqrt(np.clip(values, 0, None))  # joint = root root'
        self.weights = [float(inst.value(w)) for w, _ in model.loss]

    def residuals(self, values) -> np.ndarray:
        """All residuals, weighted and flattened: their squared length is the loss."""
        out = []
        for w, (_, form) in zip(self.weights, self.model.loss, strict=True):
            n = self.inst.size(form.dim)
            blocks = [
                self.matrix(form.parts[b], values)
                if b in form.parts
                else np.zeros((n, self.inst.size(b.dim)))
                for b in self.inst.order
            ]
            out.append(np.sqrt(w) * (np.hstack(blocks) @ self.root).ravel())
        return np.concatenate(out)

    def matrix(self, m, values) -> np.ndarray:
        out = np.zeros((self.inst.size(m.rows), self.inst.size(m.cols)))
        for (symbols, traces, word), c in m.terms.items():
            assert not traces
            factor = float(c)
            for index, exponent in symbols:
                factor *= float(self.inst.scalars[SYMBOLS[index][1]]) ** exponent
            product = np.eye(out.shape[0])
            for f in word:
                x = LETTERS[f >> 2]
                value = values.get(x, self.fixed.get(x))
                product = product @ (value.T if f & 1 else value)
            out += factor * product
        return out

    def step(self, values, letters) -> None:
        base = dict(values)
        for x in letters:
            base[x] = np.zeros_like(values[x])
        r0 = self.residuals(base)
        columns, slots = [], []
        for x in letters:
            for i in range(values[x].shape[0]):
                for j in range(values[x].shape[1]):
                    one = np.zeros_like(values[x])
                    one[i, j] = 1
                    columns.append(self.residuals({**base, x: one}) - r0)
                    slots.append((x, i, j))
        best = np.linalg.lstsq(np.array(columns).T, -r0, rcond=1e-12)[0]
        for (x, i, j), v in zip(slots, best, strict=True):
            values[x][i, j] = v

    def minimum(self, *, seed: int, starts: int = 2, sweeps: int = 120) -> float:
        rng = np.random.default_rng(seed)
        best = np.inf
        encoder = [m.as_letter() for m in self.model.encoder]
        rest = [m.as_letter() for m in (*self.model.regression, *self.model.decoder)]
        for _ in range(starts):
            values = {
                x: rng.standard_normal((self.inst.size(x.rows), self.inst.size(x.cols)))
                for x in (*encoder, *rest)
            }
            last = np.inf
            for _ in range(sweeps):
                self.step(values, rest)
                self.step(values, encoder)
                now = float((self.residuals(values) ** 2).sum())
                if last - now < 1e-10 * max(1.0, now):
                    break
                last = now
            best = min(best, now)
        return best


def floats(m) -> np.ndarray:
    return np.array(
        [[float(m[i, j].p) / float(m[i, j].q) for j in range(m.ncols())] for i in range(m.nrows())]
    )
