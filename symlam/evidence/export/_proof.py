"""Proof scripts: facts from the hypotheses, multiples of equations taken off, then the normal form in Coq.

Nothing here is trusted; a wrong script is one that coqc rejects.
"""

from __future__ import annotations

from typing import Any

from symlam.algebra import LinearForm, Matrix, Scalar
from symlam.algebra._expression import constant
from symlam.algebra._letter import LETTERS
from symlam.errors import SymlamError
from symlam.evidence.export._certificate import Multiple, Reducer, ScalarCertificate
from symlam.evidence.export._statement import Statement


def _single(m: Matrix) -> int | None:
    """The factor code when the matrix is one letter."""
    if len(m.terms) == 1:
        ((s, t, w), v) = next(iter(m.terms.items()))
        if v == 1 and not s and not t and len(w) == 1:
            return w[0]
    return None


class Script:
    """The proof of one statement: ``facts`` first, then steps for each equation that is to be shown."""

    def __init__(self, statement: Statement) -> None:
        self.statement = statement
        self.p = statement.printer
        hyps = statement.hypotheses
        self._equations = [i for i, h in enumerate(hyps) if h.kind == "equation"]
        self._scalars = [i for i, h in enumerate(hyps) if h.kind == "scalar"]
        definite = {
            LETTERS[c >> 2] for h in hyps if h.kind == "definite" and (c := _single(h.data[0])) is not None
        }
        self.reducer = Reducer(
            [hyps[i].data[0] - hyps[i].data[1] for i in self._equations],
            [hyps[i].data[0] for i in self._scalars],
            statement.vectors,
            definite,
        )

    def facts(self) -> list[str]:
        """Introduce the hypotheses and what follows from each alone."""
        hyps = self.statement.hypotheses
        out = ["move=> {}.".format(" ".join(f"hyp_{i}" for i in range(len(hyps))))] if hyps else []
        symmetric = {h.data[0]: f"hyp_{i}" for i, h in enumerate(hyps) if h.kind == "symmetric"}
        for i, h in enumerate(hyps):
            if h.kind == "definite" and (code := _single(h.data[0])) is not None:
                x = LETTERS[code >> 2]
                out += [f"have hyp_u{i} := pd_unit hyp_{i}.", f"have hyp_v{i} := inv_sym (proj1 hyp_{i})."]
                if x.moment is None and x not in symmetric:
                    out.append(f"have hyp_s{i} := proj1 hyp_{i}; rewrite /sym in hyp_s{i}.")
            elif h.kind == "invertible" and h.data[0] in symmetric:
                out.append(f"have hyp_v{i} := inv_sym {symmetric[h.data[0]]}.")
            elif h.kind == "positive" and len(h.data[0].terms) == 1:
                out.append(f"have hyp_n{i} : {self.p.scalar(h.data[0])} != 0 by rewrite gt_eqF.")
        for k, a in enumerate(self.reducer.derived):
            out.append(f"have hyp_a{k} : {self.p.matrix(a.equation)} = 0.")
            out += ["  apply: cov_absentl.", *(f"  {s}" for s in self._matrix_steps(a.why)), "  mxring."]
        return out

    def _hypothesis(self, index: int) -> str:
        known = len(self._equations)
        return f"hyp_{self._equations[index]}" if index < known else f"hyp_a{index - known}"

    def _matrix_steps(self, items: Any, act: str | None = None) -> list[str]:
        out = []
        for m in items:
            left, right, h = self.p.matrix(m.left), self.p.matrix(m.right), self._hypothesis(m.index)
            t = "T" if m.turned else ""
            if act is None:
                out.append(f"apply: (@step_mx{t} R _ _ _ _ _ _ ({left}) ({right}) _ _ {h}).")
            else:
                out.append(f"apply: (@step_act{t} R V _ _ _ _ _ _ ({left}) ({right}) {act} _ _ {h}).")
        return out

    def equation(self, difference: Scalar | Matrix | LinearForm) -> list[str]:
        """Tactics that close lhs = rhs when lhs - rhs is ``difference`` in normal form.

        Raises SymlamError when the difference does not vanish under the hypotheses.
        """
        out = ["cbv beta."]
        left: Any
        if isinstance(difference, Scalar):
            left, why = self.reducer.scalar(difference)
            for i, m in why.matrices.items():
                if m:
                    shape = f"'M[R]_({self.p.dim(m.rows)}, {self.p.dim(m.cols)})"
                    out.append(
                        f"apply: (@step_tr R _ _ _ _ ({self.p.matrix(m)} : {shape}) _ _ {self._hypothesis(i)})."
                    )
            left, more = self.reducer.products(left)
            why.add(ScalarCertificate(scalars=more), constant(1))
            for j, c in why.scalars.items():
                if c:
                    out.append(f"apply: (@step_scalar R _ _ ({self.p.scalar(c)}) _ hyp_{self._scalars[j]}).")
        elif isinstance(difference, Matrix):
            left, items = self.reducer.matrix(difference)
            out += self._matrix_steps(items)
            left, more = self.reducer.products(left)
            for j, m in more.items():
                out.append(f"apply: (@step_scale R _ _ _ _ ({self.p.matrix(m)}) _ hyp_{self._scalars[j]}).")
        else:
            left, by_base = self.reducer.form(difference)
            for b, items in by_base.items():
                out += self._matrix_steps(items, self.p.names("vector", b.name))
            parts = {}
            for b, m in left.parts.items():
                parts[b], more = self.reducer.products(m)
                for j, x in more.items():
                    scaled, v = self.p.matrix(x), self.p.names("vector", b.name)
                    out.append(f"apply: (@step_scalev R V _ _ _ _ ({scaled}) {v} _ hyp_{self._scalars[j]}).")
            left = LinearForm(left.dim, parts)
        if left:
            raise SymlamError(
                f"({difference!r}) = 0 does not follow from the hypotheses: what remains is ({left!r})",
                expected="an equation that holds under the given assumptions",
                hint="`equal` finds a counterexample, or says that it cannot decide",
            )
        return [*out, "mxring."]


__all__ = ["Multiple", "Script"]
