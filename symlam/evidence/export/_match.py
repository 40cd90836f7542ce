"""The engine's objects against the library's definitions and theorems, claim by claim.

For each claim: the engine's loss is the library's ``loss`` (or ``loss_aug``, ``loss_full``), and
where the library has the theorem of the elimination, its statement in the engine's expressions is
proved by that theorem.  A difference of any sign, letter or transpose is rejected by the kernel.
"""

from __future__ import annotations

from typing import Any

from symlam.algebra import Matrix, scalar, substitute
from symlam.errors import SymlamError
from symlam.evidence.export._derivation import objective_term
from symlam.evidence.export._export import HEADER, export_identity
from symlam.evidence.export._statement import flat, state
from symlam.evidence.export._terms import Defined, Sum, With

_OPEN = ("loss", "predict", "latent")
# claim -> (model, definition, its vector arguments by name, the theories, definitions to open)
_LOSSES: dict[str, tuple[str, str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]] = {
    "P4.1": ("linear_lam", "loss", ("o", "change"), ("linear_lam",), _OPEN),
    "P4.2": ("linear_lam", "loss", ("o", "change"), ("linear_lam",), _OPEN),
    "P4.3": (
        "augmented_lam",
        "loss_aug",
        ("o", "change", "κ_1", "κ_2"),
        ("linear_lam", "data_augmentation"),
        ("loss_aug", *_OPEN[1:]),
    ),
    "P4.4": (
        "supervised_lam",
        "loss_full",
        ("a", "o", "change", "κ_1", "κ_2"),
        ("linear_lam", "data_augmentation", "action_prediction"),
        ("loss_full", "loss_aug", *_OPEN[1:]),
    ),
    "D1": ("policy_lam", "loss", ("o", "change"), ("linear_lam",), _OPEN),
    "D2": ("policy_sweep_lam", "loss", ("o", "change"), ("linear_lam",), _OPEN),
}


def claims() -> tuple[str, ...]:
    """The claims whose loss is matched with a definition of proofs/."""
    return tuple(_LOSSES)


def theories(claim: str) -> tuple[str, ...]:
    """The theories that the lemmas of a claim import."""
    return (*_entry(claim)[3], *(("prop_4_1",) if claim == "P4.1" else ("policy",) if claim == "D1" else ()))


def header(claim: str) -> str:
    """The head of a file of lemmas about a claim."""
    return HEADER.replace("words export_tactics.", f"words export_tactics {' '.join(theories(claim))}.")


def _entry(claim: str) -> tuple:
    if claim not in _LOSSES:
        raise SymlamError(f"no definition of proofs/ is matched with {claim!r}", expected=", ".join(_LOSSES))
    return _LOSSES[claim]


def _prepare(claim: str) -> tuple[Any, Any, dict[str, Any]]:
    import symlam.models as models
    from symlam.algebra import vector
    from symlam.objective import derive

    model = getattr(models, _entry(claim)[0])()
    known = {**model.named, **{k: vector(k, "d_o") for k in ("κ_1", "κ_2")}}
    return model, derive(model), known


def export_loss(claim: str, *, name: str = "loss_match") -> str:
    """The lemma that the engine's loss, as collected, is the library's definition.

    The weight λ of supervision is μ^2 in the library; it is put in.
    """
    _, head, vectors, _, unfold = _entry(claim)
    model, derivation, known = _prepare(claim)
    objective = derivation.steps[0].objective
    arguments = [known[v] for v in vectors]
    letters: list[Any] = [_letter(model, x) for x in ("A", "B", "C", "D")]
    square = {scalar("λ"): scalar("μ") ** 2}
    term = objective_term(objective)
    if head == "loss_full":
        # section variables of action_prediction come in its order: a, mu, then o, x, k1, k2
        arguments = [*arguments[1:], arguments[0], scalar("μ")]
        letters.append(_letter(model, "E"))
        term = Sum(tuple((substitute(w, square), t) for w, t in term.terms))
    lhs = Defined(head, (*arguments, *letters), substitute(objective.expand(), square))
    return export_identity(lhs, term, name=name, unfold=unfold)


def _letter(model: Any, name: str) -> Matrix:
    return next(m for m in model.parameters if m.as_letter().name == name)


_THEOREMS = {"P4.1": "prop_4_1", "D1": "D1_reduced"}


def export_theorem(claim: str, *, name: str = "theorem_match") -> str:
    """The elimination step in the engine's expressions, proved by the library's theorem."""
    if claim not in _THEOREMS:
        raise SymlamError(f"no theorem is matched with {claim!r}", expected=", ".join(_THEOREMS))
    model, derivation, known = _prepare(claim)
    before, after = derivation.steps[0].objective, derivation.steps[-1].objective
    choice = derivation.steps[-1].choice
    f, g = objective_term(before), objective_term(after)
    reached = With(tuple(choice.items()), f)
    letters = [_letter(model, x) for x in ("A", "B", "C", "D")]
    o, x = known["o"], known["change"]
    lib_f = Defined("loss", (o, x, *letters), before.expand())

    def conclude(p: Any) -> str:
        every, others = (" ".join(map(p.binder, q)) for q in (letters, letters[1:]))
        return (
            f"(forall {every}, ({p.term(g)} : R) <= {p.term(f)}) /\\\n"
            f"  (forall {others}, {p.term(reached)} = {p.term(g)} :> R)"
        )

    used = derivation.steps[1].used
    s = state(name, [f, g, reached, lib_f], conclude, flat(used), bound=letters)
    p = s.printer
    a, b, c, d = (p.term(m) for m in letters)
    if claim == "P4.1":
        q, e = (p.term(known[v]) for v in ("q", "ε"))
        theorem = f"have hyp_t := @prop_4_1 R V _ {p.dim(letters[1].cols)} {p.term(o)} {q} {e} hyp_x."
        facts = [f"have hyp_x : cov {p.term(o)} ({q} + {e}) = 0 by rewrite covDr."]
    else:
        x_letter, policy = (p.names("letter", y, y.name) for y in _policy_letters(derivation))
        facts = []
        theorem = (
            f"have hyp_t := @D1_reduced R V _ {p.dim(letters[1].cols)} _ {x_letter} {policy} "
            f"{p.term(o)} {p.names('vector', 'ε')} {p.names('vector', 'π_s')} ltac:(assumption) ltac:(assumption)."
        )
    unfold = "rewrite /loss /predict /latent ?/D1_A in hyp_u *."
    proof = [
        f"move=> {' '.join(f'hyp_{i}' for i in range(len(s.hypotheses)))}.",
        *facts,
        theorem,
        f"split=> [{a} {b} {c} {d}|{b} {c} {d}].",
        f"  have hyp_u := proj1 hyp_t {a} {b} {c} {d}.",
        f"  {unfold}",
        "  by apply: (le_by_eq hyp_u); mxring.",
        f"have hyp_u := proj2 hyp_t {b} {c} {d}.",
        unfold,
        "by cbv beta; apply: (eq_by_eq hyp_u); mxring.",
    ]
    return "\n".join([s.text, "Proof.", *proof, "Qed.", ""])


def _policy_letters(derivation: Any) -> list[Any]:
    letters = derivation.steps[0].objective.letters()
    return [next(x for x in letters if x.name == n) for n in ("X", "Π_d")]
