"""Goes on with a run of DualGate, on one process or on many.

    python dualgate_train.py --data cifar-10-batches-bin --out run
    torchrun --nproc_per_node=8 dualgate_train.py --data cifar-10-batches-bin --out run

The configuration is read from config.json, the weights from weights.safetensors, both beside this file. N processes
compute what one would with the whole batch: BatchNorm statistics (SyncBN), loss and gate noise are those of the whole
batch, and everything random hangs on seed and step alone. With `--preset paper` the authors' hyper-parameters replace
the configuration's: a schedule per epoch, 500 epochs, 256 images per process, and a loss per process whose gradients
are averaged, as they ran it on two GPUs.

`--out` gets checkpoint.pt (to `--resume` from), weights.safetensors (DualGate reads it) and log.jsonl.
"""
import argparse
import json
import math
import os
import sys
from typing import Any, Dict, Iterable, List, NamedTuple, Optional, Tuple

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

import dualgate_model as net
import dualgate_views as views

HERE = os.path.dirname(os.path.abspath(__file__))
Config = Dict[str, Any]


class RunError(ValueError):
    """What keeps a run from starting or going on, in words."""


# --- the authors' hyper-parameters --------------------------------------------------------------------------------

PAPER: Config = {
    "seed": 5, "width": 64, "stem": "auto", "stemPadding": 2, "separateBn": True, "projector": 2048,
    "weightDecay": 1e-4, "larsTrust": 0.02, "budgetWeight": 5, "boundWeight": 1,
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


def bound_loss(densities: Tensor, budget: float, corridor: float) -> Tensor:
    """How far the blocks' densities [L] leave the corridor around √budget, which widens as `corridor` falls to 0."""
    target = math.sqrt(budget)
    below = F.relu(corridor * target - densities)
    above = F.relu(densities - (1 - corridor + corridor * target))
    return (below.square() + above.square()).mean()


# --- the optimiser ------------------------------------------------------------------------------------------------


class LarsSgd(torch.optim.Optimizer):
    """SGD with momentum; tensors of more than one axis are scaled by LARS, clipped at plain SGD's step.

    The others (biases, BatchNorms) take plain steps without weight decay. Gates have no weight decay at all."""

    def __init__(self, named: Iterable[Tuple[str, nn.Parameter]], weight_decay: float, eta: float, momentum: float = 0.9):
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
        size, slope = weight.norm(), gradient.norm()
        decay, lr = group["weight_decay"], group["lr"]
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
    corridor: float
    budget: float
    weights: List[float]


class Course:
    """Rates and weights of every step. DualGate anneals per step, the authors per epoch."""

    def __init__(self, config: Config, system: Dict[str, Any], steps_per_epoch: int, per_epoch: bool):
        self.config, self.system, self.per_epoch = config, system, per_epoch
        self.steps_per_epoch = steps_per_epoch
        self.gap: Optional[float] = None
        self.correction = 0.0
        self.noisy: Optional[float] = None

    def at(self, step: int) -> Held:
        config, steps = self.config, self.config["steps"]
        early = 2 * step < steps
        weights = [float(term["early" if early else "weight"]) for term in self.system["terms"]]
        budget = config["budget"] + ((self.gap or 0) + self.correction if config["exactBudget"] else 0)
        if self.per_epoch:
            epoch = step // self.steps_per_epoch
            rate = learning_rate(epoch, PAPER_EPOCHS, PAPER_WARMUP, config["learningRate"])
            return Held(rate, math.exp(-PAPER_BOUND_DECAY * epoch), budget, weights)
        peak = config["learningRate"]
        # Half up, as the page rounds; Python would round half to even.
        warmup = math.floor(config["warmup"] * steps + 0.5)
        rate = learning_rate(step, steps, warmup, peak, min(START_RATE, peak))
        return Held(rate, math.exp(-config["boundDecay"] / steps * step), budget, weights)

    def looks(self, step: int) -> bool:
        """Whether an exact budget asks what the hard gates spend before this step."""
        return self.config["exactBudget"] and self.system["branches"].count("gated") > 0 and step % 10 == 0

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


def architecture_of(config: Config, system: Dict[str, Any], side: int, recipe: Dict[str, Any]) -> Dict[str, Any]:
    """The network that a configuration trains on images of that side."""
    branches = system["branches"]
    gated = "gated" in branches
    stem = config["stem"] if config["stem"] != "auto" else ("cifar" if side < 96 else "imagenet")
    return {
        "name": "resnet18-gated", "input": side, "width": config["width"], "stem": stem,
        "stemPadding": config["stemPadding"], "gated": gated,
        "bn": "separate" if config["separateBn"] and gated and len(branches) > 1 else "shared",
        "projector": {"hidden": config["projector"], "output": config["projector"]},
        "slim": [branch for branch in branches if branch.startswith("slim")],
        "slimProjector": config["system"] == "slimmable" and config["slimForm"] == "slimclr",
        "minBottleneck": config["minBottleneck"], "branches": branches,
        "mean": recipe["evaluation"]["mean"], "std": recipe["evaluation"]["std"], "bnEpsilon": 1e-5,
    }


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
        self.optimizer = LarsSgd(model.named_parameters(), config["weightDecay"], config["larsTrust"])

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
            budgets.append(self.config["budgetWeight"] * share * (ratio - held.budget).square())
            bound = bound_loss(counts[:, 1] / images / channels, held.budget, held.corridor)
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


# --- batches ------------------------------------------------------------------------------------------------------


def generator(seed: int, kind: int, index: int) -> torch.Generator:
    """The stream of one kind (order, views, gates) at one epoch or step: nothing else moves it."""
    mixed = (seed * 0x9E3779B97F4A7C15 + kind * 0xBF58476D1CE4E5B9 + index * 0x94D049BB133111EB) % 2**63
    return torch.Generator().manual_seed(mixed)


class Batches:
    """What each process sees in a step: its rows of the whole batch."""

    def __init__(self, images: views.Images, config: Config, recipe: Dict[str, Any], device: torch.device):
        self.images, self.config, self.recipe, self.device = images, config, recipe, device
        self.world = net.world_size()
        self.rank = dist.get_rank() if self.world > 1 else 0
        batch = config["batch"]
        if batch % self.world != 0:
            raise RunError(f"The batch must divide by the {self.world} processes, got {batch}. Say --batch.")
        self.per_epoch = images.count // batch
        if self.per_epoch == 0:
            raise RunError(f"{images.count} images do not fill a batch of {batch}. Say --batch.")
        self.order: Tuple[int, List[int]] = (-1, [])

    def views(self, step: int) -> List[Tensor]:
        epoch, place = divmod(step, self.per_epoch)
        if self.order[0] != epoch:
            permuted = torch.randperm(self.images.count, generator=generator(self.config["seed"], 0, epoch))
            self.order = (epoch, permuted.tolist())
        batch = self.config["batch"]
        mine = self._mine()
        rows = self.order[1][place * batch : (place + 1) * batch][mine]
        pixels = self.images.batch(rows).to(self.device)
        stream = generator(self.config["seed"], 1, step)
        made = []
        for blur in self.recipe["blur"]:
            drawn = views.draw_views(batch, self.images.side, self.config, blur, stream).rows(mine)
            made.append(views.normalise(views.make_views(pixels, drawn), **self.recipe["training"]))
        return made

    def uniform(self, step: int, model: net.DualGate, system: Dict[str, Any]) -> List[Optional[List[Tensor]]]:
        """Draws of the gates per gated pass and block: of the whole batch, of which each process takes its rows."""
        stream = generator(self.config["seed"], 2, step)
        mine = self._mine()
        return [
            [torch.rand((self.config["batch"], block.inner), generator=stream)[mine].to(self.device)
             for block in model.backbone.blocks] if one["branch"] == "gated" else None
            for one in system["passes"]
        ]

    def _mine(self) -> slice:
        each = self.config["batch"] // self.world
        return slice(self.rank * each, (self.rank + 1) * each)

    def some(self, step: int) -> Tensor:
        """Images that an exact budget looks at, as evaluation sees them."""
        count = min(64, self.images.count)
        begin = (step // 10 * count) % (self.images.count - count + 1)
        pixels = self.images.batch(list(range(begin, begin + count))).to(self.device).float()
        return views.normalise(pixels, **self.recipe["evaluation"])


# --- a run --------------------------------------------------------------------------------------------------------


def arguments_of(argv: List[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Goes on with a run of DualGate.")
    parser.add_argument("--data", nargs="+", required=True, metavar="PATH",
                        help="CIFAR-10, CIFAR-100 or STL-10 binaries, their folder, or folders of pictures")
    parser.add_argument("--format", choices=sorted(views.FORMATS), help="of binaries, where neither size nor name tells")
    parser.add_argument("--out", default="run", metavar="DIR", help="where checkpoint, weights and log go")
    parser.add_argument("--config", default=os.path.join(HERE, "config.json"))
    parser.add_argument("--weights", default=os.path.join(HERE, "weights.safetensors"))
    parser.add_argument("--from-scratch", action="store_true", help="begin with fresh weights, at step 0")
    parser.add_argument("--preset", choices=["paper"], help="the authors' hyper-parameters, from scratch")
    parser.add_argument("--recipe", choices=sorted(RECIPES), help="normalisation and blur of another data set")
    parser.add_argument("--steps", type=int, help="a new course of so many steps, from these weights")
    parser.add_argument("--batch", type=int, help="images of a step, of all processes together")
    parser.add_argument("--stop-after", type=int, metavar="N", help="take N steps now; --resume goes on")
    parser.add_argument("--checkpoint-every", type=int, default=500, metavar="N", help="steps between checkpoints")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in --out")
    return parser.parse_args(argv)


_CIFAR = {"mean": [0.4914, 0.4822, 0.4465], "std": [0.247, 0.243, 0.261]}
_IMAGENET = {"mean": [0.485, 0.456, 0.406], "std": [0.228, 0.224, 0.225]}
_STL = {"mean": [0.4914, 0.4823, 0.4466], "std": [0.247, 0.243, 0.261]}
# The authors evaluate both CIFARs with CIFAR-10's constants.
RECIPES: Dict[str, Dict[str, Any]] = {
    "cifar10": {"training": {"mean": [0.4914, 0.4822, 0.4465], "std": [0.247, 0.2435, 0.2616]},
                "evaluation": _CIFAR, "blur": [0, 0]},
    "cifar100": {"training": {"mean": [0.5071, 0.4865, 0.4409], "std": [0.2673, 0.2564, 0.2762]},
                 "evaluation": _CIFAR, "blur": [0, 0.2]},
    "stl10": {"training": _STL, "evaluation": _STL, "blur": [0, 0]},
    "imagenet100": {"training": _IMAGENET, "evaluation": _IMAGENET, "blur": [0, 0]},
}


class Plan(NamedTuple):
    config: Config
    system: Dict[str, Any]
    recipe: Dict[str, Any]
    model: net.DualGate
    first: int
    """The step that comes first, from 0."""
    per_epoch: bool


def plan_of(asked: argparse.Namespace, exported: Dict[str, Any], images: views.Images) -> Plan:
    """What is to be trained, and from where."""
    config, system = dict(exported["config"]), exported["system"]
    recipe = RECIPES[asked.recipe] if asked.recipe else exported["recipe"]
    paper = asked.preset == "paper"
    if paper:
        if config["system"] == "slimmable":
            raise RunError("The paper's preset is for dual gating and its baselines, and this run is of a slimmable network.")
        config.update(PAPER, batch=PAPER_BATCH * net.world_size())
        config["learningRate"] = 0.3 * config["batch"] / 256
    if asked.batch:
        config["batch"] = asked.batch
        if paper:
            config["learningRate"] = 0.3 * asked.batch / 256
    if paper:
        config["steps"] = PAPER_EPOCHS * max(1, images.count // config["batch"])
    anew = asked.steps is not None or asked.from_scratch or paper
    if asked.steps is not None:
        config["steps"] = asked.steps
    first = 0 if anew else exported["stepsDone"]
    torch.manual_seed(config["seed"])
    if paper or asked.from_scratch:
        model = net.DualGate(architecture_of(config, system, images.side, recipe))
    else:
        model, file = net.load(asked.weights)
        if "inner" in file.architecture:
            raise RunError("A sliced network is for use, not for training: export the run's own weights.")
        side = file.architecture["input"]
        if side != images.side:
            raise RunError(f"The weights are for images of {side} pixels, these have {images.side}. Say --from-scratch.")
    if first >= config["steps"]:
        raise RunError(f"The run has taken all of its {config['steps']} steps. Say --steps N for a new course of N "
                       "steps from its weights, or --from-scratch.")
    return Plan(config, system, recipe, model, first, paper)


def spent_by_hard_gates(model: net.DualGate, images: Tensor) -> float:
    model.eval()
    with torch.no_grad():
        _, gates = model.gated(images)
        return float(model.mac_ratio([gate.sum() / len(gate) for gate in gates]))


def train(asked: argparse.Namespace, device: torch.device, rank: int) -> None:
    with open(asked.config, encoding="utf-8") as file:
        exported = json.load(file)
    if exported.get("format") != "dualgate-pytorch" or exported.get("version") != 1:
        raise RunError(f"{asked.config} must be of format dualgate-pytorch, version 1. Take the one of the export.")
    side = (exported.get("data") or {}).get("size") or 32
    images = views.read_images(asked.data, asked.format, side)
    config, system, recipe, model, first, per_epoch = plan_of(asked, exported, images)
    checkpoint_path = os.path.join(asked.out, "checkpoint.pt")
    kept = None
    if asked.resume:
        if not os.path.exists(checkpoint_path):
            raise RunError(f"There is no {checkpoint_path} to resume from.")
        kept = torch.load(checkpoint_path, map_location="cpu")
        config, system, recipe = kept["config"], kept["system"], kept["recipe"]
        model, first, per_epoch = net.DualGate(kept["architecture"]), kept["step"], kept["per_epoch"]
        model.load_state_dict(kept["model"])
    model.to(device).train()
    trainer = Trainer(model, system, config, shared=not per_epoch)
    batches = Batches(images, config, recipe, device)
    course = Course(config, system, batches.per_epoch, per_epoch)
    if kept is not None:
        trainer.optimizer.load_state_dict(kept["optimizer"])
        course.gap, course.correction, course.noisy = kept["aim"]
    last = config["steps"] if asked.stop_after is None else min(config["steps"], first + asked.stop_after)
    if rank == 0:
        os.makedirs(asked.out, exist_ok=True)
        print(f"{config['system']}, width {config['width']}, {images.count} images of {images.side} pixels, "
              f"batch {config['batch']} on {net.world_size()} x {device.type}, steps {first + 1} to {last} of {config['steps']}")

    def keep(step: int) -> None:
        if rank != 0:
            return
        state = {"model": model.state_dict(), "optimizer": trainer.optimizer.state_dict(), "step": step,
                 "aim": (course.gap, course.correction, course.noisy), "config": config, "system": system,
                 "recipe": recipe, "architecture": model.architecture, "per_epoch": per_epoch}
        torch.save(state, f"{checkpoint_path}.part")
        os.replace(f"{checkpoint_path}.part", checkpoint_path)
        shown = images.batch(list(range(min(16, images.count)))).permute(0, 2, 3, 1)
        net.save(os.path.join(asked.out, "weights.safetensors"), model, shown)

    with open(os.path.join(asked.out, "log.jsonl") if rank == 0 else os.devnull, "a", encoding="utf-8") as log:
        for step in range(first, last):
            if course.looks(step):
                smallest = float(model.mac_ratio([torch.zeros(())] * len(net.BLOCKS)))
                course.look(spent_by_hard_gates(model, batches.some(step)), smallest)
            held = course.at(step)
            numbers = trainer.step(batches.views(step), batches.uniform(step, model, system), held)
            course.noisy = numbers.get("macRatio")
            log.write(json.dumps({"step": step, "lr": held.learning_rate, **numbers}) + "\n")
            if rank == 0 and ((step + 1) % 50 == 0 or step + 1 == last):
                log.flush()
                ratio = f", MAC ratio {numbers['macRatio']:.3f}" if "macRatio" in numbers else ""
                print(f"step {step + 1} of {config['steps']}: loss {numbers['loss']:.3f}{ratio}", flush=True)
            if (step + 1) % asked.checkpoint_every == 0 or step + 1 == last:
                keep(step + 1)


def main(argv: List[str]) -> int:
    asked = arguments_of(argv)
    rank = int(os.environ.get("RANK", "0"))
    cuda = torch.cuda.is_available()
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0"))) if cuda else torch.device("cpu")
    if cuda:
        torch.cuda.set_device(device)
    together = int(os.environ.get("WORLD_SIZE", "1")) > 1
    if together:
        dist.init_process_group("nccl" if cuda else "gloo")
    try:
        train(asked, device, rank)
    except (RunError, views.DataError, net.FileError, OSError, KeyError) as fault:
        print(f"dualgate_train: {fault}", file=sys.stderr)
        return 1
    finally:
        if together:
            dist.destroy_process_group()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
