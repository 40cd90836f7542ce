"""The exogenous-state model by its definition: a finite population with exactly the stated moments, losses and errors on it.

Nothing here knows linear forms, populations in a direct sum, or a closed form: samples are drawn up from a square root of
the covariance of (s, pi, xi, eta, xi~, eta~), and losses are means over them.
"""

from __future__ import annotations

import numpy as np

from symlam.scenario.exogenous_forms import observation_matrices


def _root(S):
    values, vectors = np.linalg.eigh(S)
    return vectors * np.sqrt(np.maximum(values, 0.0))


class Population:
    """Samples (columns) of everything in the model; the twin is the scenario's, or another draw given (s, a) (``perfect``)."""

    def __init__(self, c, *, perfect=False):
        rho = rho_xi = 0 if perfect else None
        rho = float(c.rho if rho is None else rho)
        rho_xi = float((c.rho if c.rho_xi is None else c.rho_xi) if rho_xi is None else rho_xi)
        E, X = (M.astype(float) for M in observation_matrices(c))
        H, F = c.matrix_of("H").floats, c.matrix_of("F").floats
        chi = float(c.chi)
        Pi = np.zeros((c.d_a, c.width))
        if c.chi:
            Pi = (
                c.Pi.floats if c.Pi is not None else (E if c.policy_rows == "endogenous" else X)[:, : c.d_a].T
            )
        cov_s = c.matrix_of("cov_s").floats * float(c.sigma_s) ** 2
        cov_pi = c.matrix_of("cov_a").floats * float(c.sigma_a) ** 2
        cov_eta = c.matrix_of("cov_eta").floats * float(c.sigma_eta) ** 2
        cov_xi = c.cov_of_xi.floats
        sizes = [c.d_s, c.d_a, c.d_xi, c.d_xi]
        at = np.cumsum([0, *sizes])
        S = np.zeros((at[-1], at[-1]))
        for i, block in enumerate((cov_s, cov_pi, cov_xi, cov_eta)):
            S[at[i] : at[i + 1], at[i] : at[i + 1]] = block
        cross = c.matrix_of("distractor").floats * float(c.sigma_a) * float(c.sigma_eta)
        S[at[1] : at[2], at[3] : at[4]] = cross
        S[at[3] : at[4], at[1] : at[2]] = cross.T
        own = slice(at[2], at[4])
        # (s, a) as rows over the base, and what it says of the exogenous coordinates
        K = np.zeros((c.d_s + c.d_a, at[-1]))
        K[: c.d_s, : c.d_s] = np.eye(c.d_s)
        K[c.d_s :, : c.d_s] = chi * Pi @ E
        K[c.d_s :, at[1] : at[2]] = (1 - chi) * np.eye(c.d_a)
        K[c.d_s :, at[2] : at[3]] = chi * Pi @ X
        told = S[own] @ K.T @ np.linalg.pinv(K @ S @ K.T, rcond=1e-10) @ K @ S
        if c.twin == "independent" and not perfect:
            told = 0 * told
        shares = np.repeat([rho_xi, rho], c.d_xi)[:, None]
        twin = told + shares * (S[own] - told)
        full = np.block([[S, twin.T], [twin, S[own, own]]])
        root = _root(full) * np.sqrt(full.shape[0])
        w = np.concatenate([root, -root], axis=1)
        self.count = w.shape[1]
        s, pi, xi, eta = (w[at[i] : at[i + 1]] for i in range(4))
        xi2, eta2 = w[at[4] : at[4] + c.d_xi], w[at[4] + c.d_xi :]
        V = np.eye(c.width) if c.W is None else c.W.floats
        gamma = float(c.gamma)
        self.s, self.xi, self.eta = s, xi, eta
        self.a = chi * Pi @ (E @ s + X @ xi) + (1 - chi) * pi
        after = s + H @ self.a
        see = (lambda s, xi: E @ s + gamma * X @ xi) if c.W is None else (lambda s, xi: V @ (E @ s + X @ xi))
        self.o, self.o1 = see(s, xi), see(after, F @ xi + eta)
        self.twin, self.twin1 = see(s, xi2), see(after, F @ xi2 + eta2)

    def mean(self, x):
        """E|x|^2."""
        return float((x**2).sum()) / self.count


def loss(c, A, B, C, D, K=None):
    """The objective of a scenario at o^' = A o + B z, z = C o + D o', y^ = K z, by its definition."""
    here = Population(c)
    z = C @ here.o + D @ here.o1
    errors = []
    if c.objective != "cross":
        errors.append((1.0, A @ here.o + B @ z - here.o1))
    if c.objective != "self":
        weight = 1.0 if c.objective == "cross" else float(c.mixture)
        errors.append((weight, A @ here.twin + B @ z - here.twin1))
    value = sum(weight * here.mean(x) for weight, x in errors)
    if c.supervised:
        y = here.a
        if c.target_s is not None or c.target_a is not None:
            y = sum(M.floats @ x for M, x in ((c.target_s, here.s), (c.target_a, here.a)) if M is not None)
        value += float(c.weight) * here.mean(K @ z - y)
    if c.penalty:
        perfect = Population(c, perfect=True)
        z, other = (C @ x + D @ y for x, y in ((perfect.o, perfect.o1), (perfect.twin, perfect.twin1)))
        value += float(c.penalty) * perfect.mean(B @ (z - other))
    return value


def errors(c, C, D):
    """The six errors of the latent z = C o + D o', by their definitions."""
    here = Population(c, perfect=True)
    z = C @ here.o + D @ here.o1
    other = C @ here.twin + D @ here.twin1

    def fit(y, x):
        return y @ np.linalg.pinv(x, rcond=1e-9)

    out = [
        here.mean(y - fit(y, z) @ z) / here.mean(y) if here.mean(y) > 0 else None
        for y in (here.a, here.eta, here.xi)
    ]
    whiten = _root(np.linalg.pinv(z @ z.T / here.count, rcond=1e-9)).T
    for x in (here.eta, np.concatenate([here.xi, here.eta])):
        shown = whiten @ (fit(z, x) @ x)
        out.append(here.mean(shown) / c.d_z)
    K = fit(here.a, z)
    out.append(here.mean(K @ (z - other)) / here.mean(here.a))
    return out
