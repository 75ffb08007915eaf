"""A training step of DualGate: loss, optimiser, and what each step of a run is held to.

On N processes, BatchNorm statistics, loss and gate noise are those of the whole batch.
"""
import math
from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Tuple

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

import dualgate_model as net

Config = Dict[str, Any]


class RunError(ValueError):
    """What keeps a run from starting or going on, in words."""


# --- the authors' hyper-parameters --------------------------------------------------------------------------------

PAPER: Config = {
    "seed": 5, "width": 64, "stem": "auto", "stemPadding": 2, "separateBn": True, "projector": 2048,
    "optimizer": "lars", "weightDecay": 1e-4, "larsTrust": 0.02, "budgetWeight": 5, "boundWeight": 1,
    "invarianceWeight": 25, "varianceWeight": 25, "covarianceWeight": 1, "temperature": 0.66667,
    "minCrop": 0.2, "jitter": 1, "grayscale": 0.2, "exactBudget": False, "minBottleneck": 1,
}
PAPER_EPOCHS, PAPER_WARMUP, PAPER_BATCH, PAPER_BOUND_DECAY = 500, 10, 256, 0.02
START_RATE = 0.003


# --- the loss -----------------------------------------------------------------------------------------------------


class _Gather(torch.autograd.Function):
    """The rows of all processes, in their order."""

    @staticmethod
    def forward(ctx, rows: Tensor) -> Tensor:
        parts = [torch.empty_like(rows) for _ in range(net.world_size())]
        dist.all_gather(parts, rows.contiguous())
        ctx.rows = len(rows)
        return torch.cat(parts)

    @staticmethod
    def backward(ctx, gradient: Tensor) -> Tensor:
        total = gradient.clone().contiguous()
        dist.all_reduce(total)
        begin = dist.get_rank() * ctx.rows
        return total[begin : begin + ctx.rows]


def vicreg(z1: Tensor, z2: Tensor, config: Config) -> Dict[str, Tensor]:
    """VICReg of embeddings [N, D]; the variance terms of the views are summed, as Krishna et al. have it."""
    invariance = (z1 - z2).square().mean()
    first, second = z1 - z1.mean(0), z2 - z2.mean(0)
    variance = _variance_hinge(first) + _variance_hinge(second)
    covariance = _off_diagonal(first) + _off_diagonal(second)
    total = (config["invarianceWeight"] * invariance + config["varianceWeight"] * variance
             + config["covarianceWeight"] * covariance)
    return {"total": total, "invariance": invariance, "variance": variance, "covariance": covariance}


def _variance_hinge(centred: Tensor) -> Tensor:
    return F.relu(1 - torch.sqrt(centred.square().sum(0) / (len(centred) - 1) + 1e-4)).mean()


def _off_diagonal(centred: Tensor) -> Tensor:
    count, dimensions = centred.shape
    covariance = centred.t() @ centred / (count - 1)
    return (covariance.square().sum() - covariance.diagonal().square().sum()) / dimensions


def _cosines(z1: Tensor, z2: Tensor) -> Tensor:
    z = torch.cat([z1, z2])
    unit = z / torch.sqrt(z.square().sum(1, keepdim=True) + 1e-12)
    return unit @ unit.t()


def _without_self(logits: Tensor) -> Tensor:
    return logits.masked_fill(torch.eye(len(logits), dtype=torch.bool, device=logits.device), -1e9)


def contrastive(z1: Tensor, z2: Tensor, temperature: float) -> Tensor:
    """NT-Xent: each view finds its twin among the other 2N − 1 views."""
    count = len(z1)
    twins = torch.arange(2 * count, device=z1.device).roll(count)
    return F.cross_entropy(_without_self(_cosines(z1, z2) / temperature), twins)


def distil_logits(student: Tuple[Tensor, Tensor], teacher: Tuple[Tensor, Tensor]) -> Tensor:
    wanted = F.softmax(_without_self(_cosines(*teacher) / 5), 1).detach()
    given = F.log_softmax(_without_self(_cosines(*student) / 5), 1)
    return -25 * (wanted * given).sum() / len(wanted)


def term_loss(term: Dict[str, Any], z: List[Tensor], config: Config) -> Tuple[Tensor, Dict[str, Tensor]]:
    """One term of the system's loss before its weight, and VICReg's parts where it is VICReg."""
    z1, z2 = (z[place] for place in term["passes"])
    if term["kind"] == "vicreg":
        parts = vicreg(z1, z2, config)
        return parts.pop("total"), parts
    if term["kind"] == "contrastive":
        return contrastive(z1, z2, config["contrastTemperature"]), {}
    t1, t2 = (z[place].detach() for place in term["teacher"])
    if term["kind"] == "distil-logits":
        return distil_logits((z1, z2), (t1, t2)), {}
    if term["kind"] == "distil-embedding":
        distance = (z1 - t1).square().mean() + (z2 - t2).square().mean()
        return config["invarianceWeight"] / 2 * distance, {}
    raise RunError(f"The loss must be of a kind that is known here, got {term['kind']!r}.")


def bound_loss(densities: Tensor, aim: float, bound_width: float) -> Tensor:
    """How far the blocks' densities [L] leave the bound around √aim, which widens as `bound_width` falls to 0."""
    target = math.sqrt(aim)
    below = F.relu(bound_width * target - densities)
    above = F.relu(densities - (1 - bound_width + bound_width * target))
    return (below.square() + above.square()).mean()


# --- the optimiser ------------------------------------------------------------------------------------------------


class Sgd(torch.optim.Optimizer):
    """SGD with momentum; LARS of trust coefficient `eta` scales tensors of more than one axis, clipped at plain SGD's step.

    None for `eta`: plain SGD. Biases and BatchNorms take plain steps without weight decay. Gates have no weight decay."""

    def __init__(self, named: Iterable[Tuple[str, nn.Parameter]], weight_decay: float, eta: Optional[float],
                 momentum: float = 0.9):
        gates, others = [], []
        for name, parameter in named:
            (gates if ".mask_c." in name else others).append(parameter)
        groups = [{"params": others, "weight_decay": weight_decay}, {"params": gates, "weight_decay": 0.0}]
        super().__init__([group for group in groups if group["params"]], dict(lr=0.0, eta=eta, momentum=momentum))

    @torch.no_grad()
    def step(self, closure=None) -> None:
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    parameter.grad = torch.zeros_like(parameter)
                step = self._scaled(parameter, parameter.grad, group)
                momentum = self.momentum_of(parameter)
                momentum.mul_(group["momentum"]).add_(step)
                parameter.add_(momentum, alpha=-group["lr"])

    def momentum_of(self, parameter: nn.Parameter) -> Tensor:
        state = self.state[parameter]
        if "momentum" not in state:
            state["momentum"] = torch.zeros_like(parameter)
        return state["momentum"]

    @staticmethod
    def _scaled(weight: Tensor, gradient: Tensor, group: Dict[str, Any]) -> Tensor:
        if weight.dim() < 2:
            return gradient
        decay, lr = group["weight_decay"], group["lr"]
        if group["eta"] is None:
            return gradient + decay * weight
        size, slope = weight.norm(), gradient.norm()
        if size == 0 or slope == 0:
            return gradient
        trust = group["eta"] * size / (slope + decay * size + 1e-8)
        return (gradient + decay * weight) * (trust / lr).clamp_max(1)


# --- the course of a run ------------------------------------------------------------------------------------------


def learning_rate(tick: int, ticks: int, warmup: int, peak: float, start: float = START_RATE) -> float:
    """Linear to the peak, which the last tick of the warm-up reaches, then a half cosine to 0."""
    if tick < warmup:
        return start if warmup == 1 else start + tick * (peak - start) / (warmup - 1)
    return peak / 2 * (1 + math.cos(math.pi * (tick - warmup) / (ticks - warmup)))


class Held(NamedTuple):
    """What one step is held to."""

    learning_rate: float
    bound_width: float
    aim: float
    weights: List[float]


class Course:
    """Rates and weights of every step. DualGate anneals per step, the authors per epoch."""

    def __init__(self, config: Config, system: Dict[str, Any], steps_per_epoch: int, per_epoch: bool):
        self.config, self.system, self.per_epoch = config, system, per_epoch
        self.steps_per_epoch = steps_per_epoch
        self.gap: Optional[float] = None
        self.correction = 0.0
        self.noisy: Optional[float] = None
        self.looked: Optional[int] = None

    AIM = ("gap", "correction", "noisy", "looked")

    def aim(self) -> Dict[str, Any]:
        """What an exact budget remembers, under the names that DualGate has for it."""
        return {name: getattr(self, name) for name in self.AIM}

    def remember(self, aim: Dict[str, Any]) -> None:
        for name in self.AIM:
            setattr(self, name, aim[name])

    def at(self, step: int) -> Held:
        config, steps = self.config, self.config["steps"]
        early = 2 * step < steps
        weights = [float(term["early" if early else "weight"]) for term in self.system["terms"]]
        aim = config["budget"] + ((self.gap or 0) + self.correction if config["exactBudget"] else 0)
        if self.per_epoch:
            epoch = step // self.steps_per_epoch
            rate = learning_rate(epoch, PAPER_EPOCHS, PAPER_WARMUP, config["learningRate"])
            return Held(rate, math.exp(-PAPER_BOUND_DECAY * epoch), aim, weights)
        peak = config["learningRate"]
        # Half up, as the page rounds; Python would round half to even.
        warmup = math.floor(config["warmup"] * steps + 0.5)
        rate = learning_rate(step, steps, warmup, peak, min(START_RATE, peak))
        return Held(rate, math.exp(-config["boundDecay"] / steps * step), aim, weights)

    def looks(self, step: int) -> bool:
        """Whether an exact budget asks what the hard gates spend before this step."""
        has_gates = self.system["branches"].count("gated") > 0
        return self.config["exactBudget"] and has_gates and step % 10 == 0 and step != self.looked

    def look(self, hard: float, smallest: float) -> None:
        """Moves the aim of the budget loss by what hard gates spend beside the noisy ones of training."""
        if self.noisy is None:
            return
        budget, seen = self.config["budget"], self.noisy - hard
        settled = abs(self.noisy - (budget + (self.gap or 0) + self.correction)) < 0.05
        gap = seen if self.gap is None else self.gap + 0.5 * (seen - self.gap)
        wanted = self.correction + (0.2 * (budget - hard) if settled else 0)
        self.gap = gap
        self.correction = min(1.0, max(smallest, budget + gap + wanted)) - budget - gap


# --- one step -----------------------------------------------------------------------------------------------------


class Passes(nn.Module):
    """All passes of a step in one forward, as DistributedDataParallel wants it."""

    def __init__(self, model: net.DualGate, system: Dict[str, Any]):
        super().__init__()
        self.model, self.system = model, system

    def forward(self, images: List[Tensor], uniform: List[Optional[List[Tensor]]], needed: List[bool]):
        """Embeddings and gates per pass; None for a pass that no term needs."""
        encoded: List[Optional[Tensor]] = []
        gates: List[Optional[List[Tensor]]] = []
        # All encoders before all projections: shared BatchNorms see the passes in this order.
        for place, one in enumerate(self.system["passes"]):
            features, opened = None, None
            if needed[place] and one["branch"] == "gated":
                features, opened = self.model.gated(images[one["view"]], uniform[place])
            elif needed[place]:
                features = self.model.dense(images[one["view"]], one["branch"])
            encoded.append(features)
            gates.append(opened)
        embeddings = [None if features is None else self.model.project(features, one["branch"])
                      for features, one in zip(encoded, self.system["passes"])]
        return embeddings, gates


class Trainer:
    """A network in training, and the optimiser. `shared`: the loss is the whole batch's, not the process's."""

    def __init__(self, model: net.DualGate, system: Dict[str, Any], config: Config, shared: bool = True):
        self.model, self.system, self.config, self.shared = model, system, config, shared
        model.temperature = config["temperature"]
        passes = Passes(model, system)
        unused = any(term["early"] == 0 for term in system["terms"])
        cuda = next(model.parameters()).is_cuda
        # Statistics are equal on all processes already, so nobody's buffers are broadcast.
        self.passes = passes if net.world_size() == 1 else DistributedDataParallel(
            passes, device_ids=[torch.cuda.current_device()] if cuda else None,
            broadcast_buffers=False, find_unused_parameters=unused)
        eta = config["larsTrust"] if config.get("optimizer", "lars") == "lars" else None
        self.optimizer = Sgd(model.named_parameters(), config["weightDecay"], eta)

    def remember(self, momenta: Dict[str, Tensor]) -> None:
        """Takes momenta over, under the parameters' names, as if the optimiser had come to them itself."""
        named = dict(self.model.named_parameters())
        odd = [name for name in {*named, *momenta}
               if name not in named or name not in momenta or momenta[name].shape != named[name].shape]
        if odd:
            raise RunError(f"The momenta are not of these weights: {min(odd)}. Take the export's own files.")
        for name, parameter in named.items():
            self.optimizer.momentum_of(parameter).copy_(momenta[name])

    def losses(self, images: List[Tensor], uniform: List[Optional[List[Tensor]]], held: Held) -> Dict[str, Tensor]:
        live = [(term, weight) for term, weight in zip(self.system["terms"], held.weights) if weight != 0]
        used = {place for term, _ in live for place in [*term["passes"], *(term["teacher"] or [])]}
        needed = [place in used for place in range(len(self.system["passes"]))]
        embeddings, gates = self.passes(images, uniform, needed)
        whole = self.shared and net.world_size() > 1
        z = [None if one is None else _Gather.apply(one) if whole else one for one in embeddings]
        found: Dict[str, Tensor] = {}
        loss = torch.zeros((), device=images[0].device)
        for term, weight in live:
            value, parts = term_loss(term, z, self.config)
            loss = loss + weight * value
            for name, part in parts.items():
                found.setdefault(name, part)
        opened = [one for one in gates if one is not None]
        if opened:
            cost = self._gate_cost(opened, held, whole)
            loss = loss + cost["budgetLoss"] + cost["boundLoss"]
            found.update(cost)
        return {"loss": loss, **found}

    def _gate_cost(self, passes: List[List[Tensor]], held: Held, whole: bool) -> Dict[str, Tensor]:
        share = 1 / len(passes) if self.config["gatedLoss"] == "mean" else 1
        ratios, budgets, bounds = [], [], []
        for gates in passes:
            # The authors count by a plain sum for the budget, and by an L1 norm, flat at 0, for the bound.
            counts = torch.stack([torch.stack([gate.sum(), gate.abs().sum()]) for gate in gates])  # [L, 2]
            images = len(gates[0])
            if whole:
                counts, images = net.sum_over_processes(counts), images * net.world_size()
            channels = counts.new_tensor([gate.shape[1] for gate in gates])
            ratio = self.model.mac_ratio(list(counts[:, 0] / images))
            ratios.append(ratio)
            budgets.append(self.config["budgetWeight"] * share * (ratio - held.aim).square())
            bound = bound_loss(counts[:, 1] / images / channels, held.aim, held.bound_width)
            bounds.append(self.config["boundWeight"] * share * bound)
        return {"macRatio": sum(ratios) / len(ratios), "budgetLoss": sum(budgets), "boundLoss": sum(bounds)}

    def step(self, images: List[Tensor], uniform: List[Optional[List[Tensor]]], held: Held) -> Dict[str, float]:
        """One step along the gradient; returns the loss and its terms before it."""
        self.model.train()
        self.optimizer.zero_grad(set_to_none=True)
        found = self.losses(images, uniform, held)
        found["loss"].backward()
        terms = torch.stack([value.detach() for value in found.values()])
        if not self.shared and net.world_size() > 1:
            dist.all_reduce(terms)
            terms /= net.world_size()
        numbers = dict(zip(found, terms.tolist()))
        if not math.isfinite(numbers["loss"]):
            raise RunError(f"The loss is {numbers['loss']}. Take a smaller learning rate or a larger batch.")
        for group in self.optimizer.param_groups:
            group["lr"] = held.learning_rate
        self.optimizer.step()
        return numbers
