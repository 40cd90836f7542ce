"""Errors of least-squares heads, exactly: normalised errors and LLO (claims M1, M2).

A head predicts a target t from a latent z by least squares; its error over Var t is
1 - tr(S_tz S_z^+ S_zt) / tr S_t, and counts as 1 when the target has no variance.
"""

from __future__ import annotations

from fractions import Fraction

from symlam.algebra import LinearForm, msq
from symlam.algebra._exact import Instance, fraction, trace
from symlam.optimum._exact import best_predictor, coefficient


def head_msq(inst: Instance, target: LinearForm, latent: LinearForm) -> Fraction:
    """min over heads K of E||K z - t||^2 on an instance."""
    t, z = coefficient(inst, target, inst.order), coefficient(inst, latent, inst.order)
    joint = inst.joint_moment
    s_z, s_tz = z * joint * z.transpose(), t * joint * z.transpose()
    head = best_predictor(s_z, s_tz)
    return fraction(trace(t * joint * t.transpose() - head * s_tz.transpose()))


def head_error(inst: Instance, target: LinearForm, latent: LinearForm) -> Fraction:
    """min over heads of E||K z - t||^2 / E||t||^2 on an instance; 1 when E||t||^2 = 0."""
    variance = inst.value(msq(target))
    return head_msq(inst, target, latent) / variance if variance else Fraction(1)


def llo(
    inst: Instance, latent: LinearForm, *, action: LinearForm, noise: LinearForm, observation: LinearForm
) -> Fraction:
    """LLO = -error(q) + error(ε) + error(o), each error normalised (M2)."""
    return (
        -head_error(inst, action, latent)
        + head_error(inst, noise, latent)
        + head_error(inst, observation, latent)
    )
