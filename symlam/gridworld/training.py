"""Training a small CNN with a VQ bottleneck on the grid world, to be put beside the exact optimum (needs PyTorch).

The encoder is a CNN over (o, o'), the bottleneck the nearest of K code vectors (straight-through gradient, commitment
loss), the decoder a small UNet over o and the code. The published description leaves widths, learning rate and the label loss
open, so this is a LAM of that kind, not that LAM.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from symlam.errors import SymlamError
from symlam.gridworld.augment import SHIFTS
from symlam.gridworld.rows import world_of
from symlam.gridworld.world import ACTIONS, GridWorld

__all__ = ["TrainedLam", "train_lam"]

COMMITMENT = 0.25
RESTART = 100  # steps


@dataclass(frozen=True)
class TrainedLam:
    """What one training run reached, counted over every pair of frames (no sampling), under uniformly random actions.

    ``controllable`` and ``stochastic`` are over the variance given o (``stochastic`` None without noise); ``code_loss``
    (pixels squared, under the training policy) is the loss that the learned code would have with the best decoder, and ``loss``
    what it has with the learned one. ``codes`` counts the codes in use.
    """

    row: str
    walls: str
    seed: int
    steps: int
    loss: float
    code_loss: float
    controllable: float
    stochastic: float | None
    codes: int

    def json(self) -> dict[str, object]:
        """Plain data."""
        return dict(self.__dict__)


def train_lam(
    row: str,
    *,
    walls: str = "clip",
    steps: int = 2000,
    seed: int = 0,
    batch: int = 128,
    rate: float = 1e-3,
    label_fraction: float = 0.01,
    report: Callable[[int, float], None] = lambda step, loss: None,
) -> TrainedLam:
    """Train the LAM of one row on one thread and evaluate it; ``report`` is told the step and the batch loss.

    The same arguments give the same numbers on the same machine. Raises `SymlamError` for unknown rows, for
    numbers that are not positive, and where PyTorch is missing.
    """
    world = world_of(row, walls=walls)
    for name, value in (("steps", steps), ("batch", batch), ("rate", rate)):
        if not value > 0:
            raise SymlamError(f"{name} is {value}", expected="a positive number")
    if not 0 <= label_fraction <= 1:
        raise SymlamError(f"the label fraction is {label_fraction}", expected="a probability")
    torch = _torch()
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return _train(torch, row, world, steps, seed, batch, rate, label_fraction, report)
    finally:
        torch.set_num_threads(before)


def _torch() -> Any:
    try:
        import torch
    except ImportError:
        raise SymlamError("PyTorch is not installed", hint="pip install 'symlam[nonlinear]'") from None
    return torch


def _train(
    torch: Any,
    row: str,
    world: GridWorld,
    steps: int,
    seed: int,
    batch: int,
    rate: float,
    label_fraction: float,
    report: Callable[[int, float], None],
) -> TrainedLam:
    data = _Data(torch, world)
    model = _model(torch, world.codes)
    optimiser = torch.optim.Adam(model.parameters(), lr=rate)
    used = torch.zeros(world.codes)
    for step in range(1, steps + 1):
        first, second, actions = data.sample(batch)
        one, two = first, second
        if row == "augmented":
            one, two = data.shift(first, second)
            first, second = data.shift(first, second)
        predicted, extra, head, code = model(one, two, first)
        loss = ((predicted - second) ** 2).mean() + extra
        if row == "labelled":
            known = torch.rand(batch) < label_fraction
            if known.any():
                wanted = torch.nn.functional.one_hot(actions[known], len(ACTIONS)).float()
                loss = loss + ((head[known] - wanted) ** 2).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        used += torch.bincount(code, minlength=world.codes)
        if step % RESTART == 1:
            # a code that nobody chose moves to where the encoder is; without this most runs end with one code in use
            with torch.no_grad():
                drawn = model.encoder(torch.cat([one, two], 1))[torch.randint(batch, (world.codes,))]
                model.book[used == 0] = drawn[used == 0]
            used.zero_()
        if step % 50 == 0 or step == steps:
            report(step, float(loss.detach()))
    return data.evaluate(model, row, seed, steps)


class _Data:
    """All pairs of frames as tensors, with their probabilities."""

    def __init__(self, torch: Any, world: GridWorld) -> None:
        self.torch, self.world = torch, world
        size = 1 << world.columns if world.noise else 1
        rows = []
        for p in world.positions():
            for action, probability in world.actions(p).items():
                q = world.step(p, action)
                rows += [
                    (p, q, v, w, float(probability), list(ACTIONS).index(action))
                    for v in range(size)
                    for w in range(size)
                ]
        self.first = torch.stack([self._frame(p, v) for p, _, v, *_ in rows])
        self.second = torch.stack([self._frame(q, w) for _, q, _, w, *_ in rows])
        self.weight = torch.tensor([r[4] for r in rows])
        self.actions = torch.tensor([r[5] for r in rows])
        self.rows = rows

    def _frame(self, position: tuple[int, int], vertex: int) -> Any:
        image = self.torch.zeros(1, self.world.rows + 1, self.world.columns)
        image[0, position[0], position[1]] = 1
        for j in range(self.world.columns):
            image[0, -1, j] = float(self.world.noise) * (vertex >> j & 1)
        return image

    def sample(self, batch: int) -> tuple[Any, Any, Any]:
        chosen = self.torch.multinomial(self.weight, batch, replacement=True)
        return self.first[chosen], self.second[chosen], self.actions[chosen]

    def shift(self, first: Any, second: Any) -> tuple[Any, Any]:
        """One shift for each pair, the same for both of its frames."""
        torch = self.torch
        drawn = torch.randint(len(SHIFTS), (len(first),))
        moved = [torch.roll(torch.cat([first, second], 1), shifts=s, dims=(2, 3)) for s in SHIFTS]
        both = torch.stack(moved)[drawn, torch.arange(len(first))]
        return both[:, :1], both[:, 1:]

    def evaluate(self, model: Any, row: str, seed: int, steps: int) -> TrainedLam:
        torch, world = self.torch, self.world
        model.eval()
        errors, codes = [], []
        with torch.no_grad():
            for i in range(0, len(self.first), 4096):
                one, two = self.first[i : i + 4096], self.second[i : i + 4096]
                predicted, _, _, code = model(one, two, one)
                square = (predicted - two).double() ** 2
                errors.append(
                    torch.stack([square[:, :, :-1].sum((1, 2, 3)), square[:, :, -1:].sum((1, 2, 3))], 1)
                )
                codes.append(code)
        error, code = torch.cat(errors), torch.cat(codes)
        trained = self.weight.double() / self.weight.sum()
        uniform = (error.mean(0)).tolist()  # every action appears once for each frame and each pair of noises
        from symlam.gridworld.result import optimum

        given, noise = optimum(world).variances()
        return TrainedLam(
            row,
            world.walls,
            seed,
            steps,
            float((error.sum(1) * trained).sum()),
            self._code_loss(code, trained),
            uniform[0] / float(given),
            uniform[1] / float(noise) if noise else None,
            int(code.unique().numel()),
        )

    def _code_loss(self, code: Any, weight: Any) -> float:
        """Weighted squared distance of o' to its mean given (o, code)."""
        torch = self.torch
        frames: dict[object, int] = {}
        index = [frames.setdefault((p, v), len(frames)) for p, _, v, *_ in self.rows]
        group = torch.tensor(index) * self.world.codes + code
        flat = self.second.flatten(1).double()
        mass = torch.zeros(len(frames) * self.world.codes, dtype=torch.double).index_add_(0, group, weight)
        sums = torch.zeros(len(mass), flat.shape[1], dtype=torch.double).index_add_(
            0, group, flat * weight[:, None]
        )
        total = float((weight[:, None] * flat**2).sum())
        return total - float((sums**2 / mass.clamp_min(1e-300)[:, None]).sum())


def _model(torch: Any, codes: int, *, width: int = 32, latent: int = 16) -> Any:
    nn = torch.nn

    class Lam(nn.Module):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.encoder = nn.Sequential(
                nn.Conv2d(2, width, 3, padding=1), nn.ReLU(), nn.Conv2d(width, width, 3, padding=1), nn.ReLU(),
                nn.Flatten(), nn.LazyLinear(64), nn.ReLU(), nn.Linear(64, latent),
            )  # fmt: skip
            self.book = nn.Parameter(torch.randn(codes, latent))
            self.inner = nn.Sequential(nn.Conv2d(1 + latent, width, 3, padding=1), nn.ReLU())
            self.down = nn.Sequential(nn.Conv2d(width, 2 * width, 3, stride=2, padding=1), nn.ReLU())
            self.up = nn.Sequential(
                nn.Upsample(scale_factor=2), nn.Conv2d(2 * width, width, 3, padding=1), nn.ReLU()
            )
            self.out = nn.Sequential(
                nn.Conv2d(2 * width, width, 3, padding=1), nn.ReLU(), nn.Conv2d(width, 1, 1)
            )
            self.head = nn.Linear(latent, len(ACTIONS))

        def forward(self, one: Any, two: Any, seen: Any) -> tuple[Any, Any, Any, Any]:
            z = self.encoder(torch.cat([one, two], 1))
            code = torch.cdist(z, self.book).argmin(1)
            near = self.book[code]
            extra = ((near - z.detach()) ** 2).mean() + COMMITMENT * ((z - near.detach()) ** 2).mean()
            straight = z + (near - z).detach()
            spread = straight[:, :, None, None].expand(-1, -1, *seen.shape[2:])
            inner = self.inner(torch.cat([seen, spread], 1))
            outer = self.up(self.down(inner))[:, :, : seen.shape[2], : seen.shape[3]]
            return self.out(torch.cat([inner, outer], 1)), extra, self.head(straight), code

    model = Lam()
    with torch.no_grad():  # the lazy layer learns its width
        frame = torch.zeros(1, 1, 4, 4)
        model(frame, frame, frame)
    return model
