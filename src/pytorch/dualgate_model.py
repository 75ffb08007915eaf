"""A network trained in DualGate, in plain PyTorch (1.13 or later): nothing else is needed.

    python dualgate_model.py weights.safetensors

encodes the images that travel with the weights and compares the features (and gates) with those that DualGate
computed. The exit code is 1 when they differ. From Python:

    model, file = load("weights.safetensors")
    features = model.dense(images)           # [N, F]; images [N, 3, S, S], normalised with file.normalise
    features, gates = model.gated(images)    # gates: one [N, C] per block, 1 = open

The method is that of Krishna et al., "Unifying Synergies between Self-supervised Learning and Dynamic Computation",
BMVC 2023: a ResNet-18 whose blocks have a gate between their two convolutions. Names of parameters are the authors'.
"""
import base64
import copy
import ctypes
import json
import math
import os
import struct
import sys
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

import torch
import torch.distributed as dist
import torch.nn.functional as F
from torch import Tensor, nn

BN_MOMENTUM = 0.1
TEMPERATURE = 0.66667
BLOCKS = [f"layer{stage}.{index}" for stage in (1, 2, 3, 4) for index in (0, 1)]

# --- what crosses processes ---------------------------------------------------------------------------------------
# Training on several processes computes what one process would with the whole batch: sums over the batch are summed
# over the processes too. The gradient of a sum over processes is the sum over processes of the gradients.


def world_size() -> int:
    return dist.get_world_size() if dist.is_available() and dist.is_initialized() else 1


class _SumOverProcesses(torch.autograd.Function):
    @staticmethod
    def forward(ctx, values: Tensor) -> Tensor:
        total = values.detach().clone().contiguous()
        dist.all_reduce(total)
        return total

    @staticmethod
    def backward(ctx, gradient: Tensor) -> Tensor:
        total = gradient.clone().contiguous()
        dist.all_reduce(total)
        return total


def sum_over_processes(values: Tensor) -> Tensor:
    return _SumOverProcesses.apply(values) if world_size() > 1 else values


class BatchNorm(nn.Module):
    """BatchNorm of [N, C] or [N, C, H, W], by the statistics of the whole batch of all processes.

    On GPUs torch.nn.SyncBatchNorm does the same; it has no CPU version, and this is one for both."""

    def __init__(self, channels: int, eps: float):
        super().__init__()
        self.eps = eps
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or world_size() == 1:
            return F.batch_norm(
                x, self.running_mean, self.running_var, self.weight, self.bias, self.training, BN_MOMENTUM, self.eps
            )
        axes = [axis for axis in range(x.dim()) if axis != 1]
        shape = [1, -1] + [1] * (x.dim() - 2)
        here = x.numel() // x.shape[1]
        count = here * world_size()
        # Twice over the batch, not E[x²] − E[x]²: that loses digits where the mean is large.
        mean = sum_over_processes(x.sum(axes)) / count
        centred = x - mean.view(shape)
        variance = sum_over_processes(centred.square().sum(axes)) / count
        with torch.no_grad():
            self.running_mean.lerp_(mean.detach(), BN_MOMENTUM)
            self.running_var.lerp_(variance.detach() * (count / (count - 1)), BN_MOMENTUM)
        scale = self.weight * torch.rsqrt(variance + self.eps)
        return centred * scale.view(shape) + self.bias.view(shape)


# --- the gate -----------------------------------------------------------------------------------------------------


class Gate(nn.Module):
    """Which channels a block opens for an image: pool, linear, BN, ReLU, linear; no biases."""

    def __init__(self, into: int, hidden: int, out: int, eps: float):
        super().__init__()
        first = nn.Conv2d(into, hidden, 1, bias=False)
        last = nn.Module()
        # Not nn.Conv2d: a sliced block may have no channel left to decide on.
        last.weight = nn.Parameter(_fan_out_normal(out, hidden, 1))
        self.atten_c = nn.ModuleDict({"0": first, "1": BatchNorm(hidden, eps), "3": last})
        with torch.no_grad():
            first.weight.copy_(_fan_out_normal(hidden, into, 1))

    def forward(self, x: Tensor) -> Tensor:
        pooled = x.mean((2, 3))  # [N, into]
        hidden = F.relu(self.atten_c["1"](F.linear(pooled, self.atten_c["0"].weight.flatten(1))))
        weight = self.atten_c["3"].weight
        return hidden @ weight.view(weight.shape[0], weight.shape[1]).t()  # logits [N, out]


def logistic_noise(uniform: Tensor) -> Tensor:
    return torch.log(uniform + 1e-8) - torch.log(1 - uniform + 1e-8)


def sample_gate(logits: Tensor, noise: Tensor, temperature: float = TEMPERATURE) -> Tensor:
    """Training: 1 where logit + noise >= 0, else 0; the gradient is that of the soft sample (straight through)."""
    soft = torch.sigmoid((logits + noise) / temperature)
    hard = (soft >= 0.5).to(soft.dtype)
    # hard + (soft − soft), so that an open gate is exactly 1.
    return hard + (soft - soft.detach())


def hard_gate(logits: Tensor, shift: float = 0.0) -> Tensor:
    """Evaluation: open where logit + shift is not negative, 0 included."""
    return (logits + shift >= 0).to(logits.dtype)


# --- the network --------------------------------------------------------------------------------------------------


def _fan_out_normal(out: int, into: int, kernel: int) -> Tensor:
    return torch.randn(out, into, kernel, kernel) * math.sqrt(2 / max(1, out * kernel * kernel))


class Filter(nn.Module):
    """The weight of a convolution without bias. A narrow width uses its first input and output channels."""

    def __init__(self, into: int, out: int, kernel: int):
        super().__init__()
        self.weight = nn.Parameter(_fan_out_normal(out, into, kernel))

    def forward(self, x: Tensor, out: int, stride: int, padding: int) -> Tensor:
        weight = self.weight[:out, : x.shape[1]]
        if weight.numel() > 0:
            return F.conv2d(x, weight, None, stride, padding)
        # A sliced block without inner channels: nothing goes in or nothing comes out.
        side = (x.shape[2] + 2 * padding - self.weight.shape[2]) // stride + 1
        return x.new_zeros(x.shape[0], out, side, side)


def branch_channels(channels: int, branch: str) -> int:
    """Channels that a branch has of a layer: all, or the first hundredths that the name of a narrow width says."""
    if not branch.startswith("slim"):
        return channels
    return max(1, channels * int(branch[len("slim"):]) // 100)


def _norms(target: Dict[str, nn.Module], name: str, channels: int, narrow: List[str], eps: float) -> None:
    """A BatchNorm for the full width, and one for each narrow width."""
    target[name] = BatchNorm(channels, eps)
    for branch in narrow:
        target[f"{name}_w{branch[len('slim'):]}"] = BatchNorm(branch_channels(channels, branch), eps)


def _norm_name(name: str, branch: str) -> str:
    return f"{name}_w{branch[len('slim'):]}" if branch.startswith("slim") else name


class Block(nn.Module):
    """relu(bn2(conv2(gate · relu(bn1(conv1 x)))) + shortcut x)."""

    def __init__(self, architecture: Dict[str, Any], into: int, out: int, inner: int, stride: int, size: int):
        super().__init__()
        eps, narrow = architecture["bnEpsilon"], architecture["slim"]
        self.into, self.out, self.inner, self.stride, self.size = into, out, inner, stride, size
        self.separate = architecture["bn"] == "separate"
        hidden = max(architecture["minBottleneck"], into // 4)
        if architecture["gated"]:
            self.mask_c = Gate(into, hidden, inner, eps)
        self.conv1 = Filter(into, inner, 3)
        self.conv2 = Filter(inner, out, 3)
        norms: Dict[str, nn.Module] = {}
        for place, channels in ((1, inner), (2, out)):
            if self.separate:
                norms[f"bn{place}_s"] = BatchNorm(channels, eps)
                norms[f"bn{place}_t"] = BatchNorm(channels, eps)
                for branch in narrow:
                    norms[_norm_name(f"bn{place}", branch)] = BatchNorm(branch_channels(channels, branch), eps)
            else:
                _norms(norms, f"bn{place}", channels, narrow, eps)
        for name, norm in norms.items():
            self.add_module(name, norm)
        self.downsample: Optional[nn.ModuleDict] = None
        if stride != 1 or into != out:
            shortcut: Dict[str, nn.Module] = {"0": Filter(into, out, 1)}
            _norms(shortcut, "1", out, narrow, eps)
            self.downsample = nn.ModuleDict(shortcut)
        # Multiply-adds of one image, as the authors count them: convolutions, and the gate's two layers.
        pixels = size * size
        self.macs_per_channel = 9 * pixels * (into + out)
        self.macs_shortcut = pixels * into * out if self.downsample is not None else 0
        self.macs_gate = into * hidden + hidden * inner
        self.macs_full = self.macs_per_channel * out + self.macs_shortcut

    def norm(self, place: int, branch: str) -> BatchNorm:
        if branch.startswith("slim") or not self.separate:
            return getattr(self, _norm_name(f"bn{place}", branch))
        return getattr(self, f"bn{place}_{'s' if branch == 'gated' else 't'}")

    def forward(self, x: Tensor, branch: str, gate: Optional[Tensor]) -> Tensor:
        inner = branch_channels(self.inner, branch)
        y = self.conv1(x, inner, self.stride, 1)
        if inner > 0:
            y = F.relu(self.norm(1, branch)(y))
        if gate is not None:
            y = y * gate[:, :, None, None]
        y = self.norm(2, branch)(self.conv2(y, branch_channels(self.out, branch), 1, 1))
        if self.downsample is None:
            return F.relu(y + x)
        shortcut = self.downsample["0"](x, y.shape[1], self.stride, 0)
        return F.relu(y + self.downsample[_norm_name("1", branch)](shortcut))


class Backbone(nn.Module):
    """ResNet-18 of the file's width, without a classifier."""

    def __init__(self, architecture: Dict[str, Any]):
        super().__init__()
        self.stem, self.padding = architecture["stem"], architecture["stemPadding"]
        width = architecture["width"]
        kernel = 3 if self.stem == "cifar" else 7
        self.conv1 = Filter(3, width, kernel)
        norms: Dict[str, nn.Module] = {}
        _norms(norms, "bn1", width, architecture["slim"], architecture["bnEpsilon"])
        for name, norm in norms.items():
            self.add_module(name, norm)
        size = architecture["input"]
        size = size + 2 * self.padding - 2 if self.stem == "cifar" else (size - 1) // 2 + 1
        self.macs_stem = kernel * kernel * size * size * width * 3
        if self.stem != "cifar":
            size = (size - 1) // 2 + 1
        inner = architecture.get("inner")
        into = width
        for stage in range(4):
            out = width * 2**stage
            blocks = []
            for index in range(2):
                stride = 2 if stage > 0 and index == 0 else 1
                size = (size - 1) // stride + 1
                channels = out if inner is None else inner[2 * stage + index]
                blocks.append(Block(architecture, into, out, channels, stride, size))
                into = out
            self.add_module(f"layer{stage + 1}", nn.ModuleList(blocks))
        self.features = into

    @property
    def blocks(self) -> List[Block]:
        return [block for stage in (1, 2, 3, 4) for block in getattr(self, f"layer{stage}")]

    def begin(self, x: Tensor, branch: str) -> Tensor:
        """The layers before the blocks."""
        out = branch_channels(self.conv1.weight.shape[0], branch)
        cifar = self.stem == "cifar"
        y = self.conv1(x, out, 1 if cifar else 2, self.padding if cifar else 3)
        y = F.relu(getattr(self, _norm_name("bn1", branch))(y))
        return y if cifar else F.max_pool2d(y, 3, 2, 1)


class Projector(nn.ModuleDict):
    """Linear, BN, ReLU, linear, BN, ReLU, linear; all branches share it."""

    def __init__(self, architecture: Dict[str, Any], features: int):
        hidden, out = architecture["projector"]["hidden"], architecture["projector"]["output"]
        narrow = architecture["slim"] if architecture["slimProjector"] else []
        eps = architecture["bnEpsilon"]
        layers: Dict[str, nn.Module] = {"0": nn.Linear(features, hidden), "3": nn.Linear(hidden, hidden)}
        layers["6"] = nn.Linear(hidden, out)
        for name in ("1", "4"):
            _norms(layers, name, hidden, narrow, eps)
        super().__init__(layers)
        self.switches = len(narrow) > 0

    def forward(self, x: Tensor, branch: str) -> Tensor:
        hidden = branch_channels(self["0"].out_features, branch if self.switches else "dense")
        for linear, norm in (("0", "1"), ("3", "4")):
            layer = self[linear]
            x = F.linear(x, layer.weight[:hidden, : x.shape[1]], layer.bias[:hidden])
            x = F.relu(self[_norm_name(norm, branch if self.switches else "dense")](x))
        return F.linear(x, self["6"].weight[:, : x.shape[1]], self["6"].bias)


class DualGate(nn.Module):
    """One set of convolutions, used by all branches: gated, dense, or the narrow widths of a slimmable network."""

    def __init__(self, architecture: Dict[str, Any]):
        super().__init__()
        self.architecture = architecture
        self.temperature = TEMPERATURE
        self.gate_shift = float(architecture.get("gateShift", 0.0))
        self.budgets: List[Dict[str, float]] = []
        self.backbone = Backbone(architecture)
        self.projector = Projector(architecture, self.backbone.features)

    def dense(self, images: Tensor, branch: str = "dense") -> Tensor:
        """Features [N, F] without gates; `branch` may name a narrow width, such as slim50."""
        x = self.backbone.begin(images, branch)
        for block in self.backbone.blocks:
            x = block(x, branch, None)
        return x.mean((2, 3))

    def gated(self, images: Tensor, uniform: Optional[List[Tensor]] = None) -> Tuple[Tensor, List[Tensor]]:
        """Features [N, F] and the gates, one [N, C] per block.

        In training mode gates are sampled: `uniform` are the draws from U[0, 1), one [N, C] per block, fresh ones
        when missing. In evaluation mode they are hard."""
        gates: List[Tensor] = []
        x = self.backbone.begin(images, "gated")
        for place, block in enumerate(self.backbone.blocks):
            logits = block.mask_c(x)
            if self.training:
                draws = torch.rand_like(logits) if uniform is None else uniform[place]
                gate = sample_gate(logits, logistic_noise(draws), self.temperature)
            else:
                gate = hard_gate(logits, self.gate_shift)
            x = block(x, "gated", gate)
            gates.append(gate)
        return x.mean((2, 3)), gates

    def set_budget(self, budget: Optional[float]) -> None:
        """Brings the gates of evaluation to a budget that was calibrated, a share of the dense multiply-adds.

        None: back to the gates as trained."""
        if budget is None:
            self.gate_shift = 0.0
            return
        shifts = {point["budget"]: point["shift"] for point in self.budgets}
        if budget not in shifts:
            there = ", ".join(f"{known:g}" for known in sorted(shifts)) or "none"
            raise ValueError(
                f"the budget must be one that was calibrated ({there}), got {budget}. Calibrate others with "
                f"npm run evaluate -- run.json --budgets {budget} --save dial.json, and export dial.json.")
        self.gate_shift = float(shifts[budget])

    def project(self, features: Tensor, branch: str = "dense") -> Tensor:
        """Embeddings [N, D] that the loss compares in training."""
        return self.projector(features, branch)

    @property
    def dense_macs(self) -> int:
        """Multiply-adds of one image through the dense network (the paper's FLOPs)."""
        return self.backbone.macs_stem + sum(block.macs_full for block in self.backbone.blocks)

    @property
    def macs(self) -> int:
        """Multiply-adds of one image through what is there: of a slice the channels that stayed, and its gates' own."""
        if "inner" not in self.architecture:
            return self.dense_macs
        return self.backbone.macs_stem + sum(
            block.inner * block.macs_per_channel + block.macs_shortcut
            + (block.macs_gate if self.architecture["gated"] else 0) for block in self.backbone.blocks)

    def mac_ratio(self, open_channels: List[Tensor]) -> Tensor:
        """What the gated branch spends, with the gates' own cost, over the dense network's multiply-adds.

        open_channels: mean over the images of the number of open channels, one scalar per block."""
        blocks = self.backbone.blocks
        fixed = self.backbone.macs_stem + sum(block.macs_shortcut + block.macs_gate for block in blocks)
        spent = sum(count * block.macs_per_channel for count, block in zip(open_channels, blocks))
        return (spent + fixed) / self.dense_macs


# --- files --------------------------------------------------------------------------------------------------------

_DTYPES = {"F32": (torch.float32, 4), "U8": (torch.uint8, 1), "I32": (torch.int32, 4), "I64": (torch.int64, 8)}


class FileError(ValueError):
    """A file that is not what it should be, in words."""


def read_safetensors(path: str) -> Tuple[Dict[str, Tensor], Dict[str, str]]:
    """Tensors and metadata of a safetensors file: 8 bytes of header length, a JSON header, the values."""
    with open(path, "rb") as file:
        data = file.read()
    if len(data) < 8:
        raise FileError(f"{path}: expected a safetensors file, got {len(data)} bytes.")
    length = struct.unpack("<Q", data[:8])[0]
    if length > len(data) - 8:
        raise FileError(f"{path}: the header must have {length} bytes, the file has {len(data) - 8} more. Is it whole?")
    header = json.loads(data[8 : 8 + length].decode("utf-8"))
    metadata = header.pop("__metadata__", {})
    values = data[8 + length :]
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        count = math.prod(entry["shape"])
        if entry["dtype"] not in _DTYPES:
            raise FileError(f"{path}: {name} must be of {', '.join(_DTYPES)}, got {entry['dtype']}.")
        dtype, bytes_each = _DTYPES[entry["dtype"]]
        if not 0 <= begin <= end <= len(values) or end - begin != count * bytes_each:
            raise FileError(f"{path}: {name} of shape {entry['shape']} needs {count * bytes_each} bytes in the file.")
        flat = torch.frombuffer(bytearray(values[begin:end]), dtype=dtype) if count else torch.empty(0, dtype=dtype)
        tensors[name] = flat.reshape(entry["shape"])
    return tensors, metadata


def write_safetensors(path: str, tensors: Dict[str, Tensor], metadata: Dict[str, str]) -> None:
    names = {torch.float32: "F32", torch.uint8: "U8"}
    header: Dict[str, Any] = {"__metadata__": metadata}
    parts, at = [], 0
    # Values of four bytes come first, so that each begins where its kind of number may.
    for name, tensor in sorted(tensors.items(), key=lambda item: (item[1].dtype != torch.float32, item[0])):
        part = _bytes_of(tensor)
        header[name] = {"dtype": names[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [at, at + len(part)]}
        parts.append(part)
        at += len(part)
    text = json.dumps(header, separators=(",", ":")).encode("utf-8")
    text += b" " * (-len(text) % 8)
    # A file that was begun never takes the place of a whole one.
    with open(f"{path}.part", "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(parts))
    os.replace(f"{path}.part", path)


def _bytes_of(tensor: Tensor) -> bytes:
    flat = tensor.detach().cpu().contiguous()
    return ctypes.string_at(flat.data_ptr(), flat.numel() * flat.element_size()) if flat.numel() else b""


class WeightsFile(NamedTuple):
    """Weights as they came, with what is needed to build and to check their network."""

    architecture: Dict[str, Any]
    weights: Dict[str, Tensor]
    parity: Dict[str, Tensor]
    """parity.images, parity.features.BRANCH and parity.gates.BLOCK, as far as the file has them."""
    budgets: List[Dict[str, float]]
    """Budgets that were calibrated: budget, shift, calibrated and macRatio (on test images) of each."""

    def normalise(self, images: Tensor) -> Tensor:
        """Images u8 [N, S, S, 3] as the network's input [N, 3, S, S], with the normalisation of evaluation."""
        mean = torch.tensor(self.architecture["mean"]).view(1, 3, 1, 1)
        std = torch.tensor(self.architecture["std"]).view(1, 3, 1, 1)
        return (images.permute(0, 3, 1, 2).float() / 255 - mean) / std


def read_weights(path: str) -> WeightsFile:
    """The weights in a file of DualGate: safetensors, or JSON (weights, or a run that has them)."""
    with open(path, "rb") as file:
        start = file.read(1)
    return _from_json(path) if start == b"{" else _from_safetensors(path)


def _from_safetensors(path: str) -> WeightsFile:
    tensors, metadata = read_safetensors(path)
    if "architecture" not in metadata:
        raise FileError(f"{path}: the metadata must have DualGate's architecture, got {', '.join(metadata) or 'none'}.")
    parity = {name: tensor for name, tensor in tensors.items() if name.startswith("parity.")}
    weights = {name: tensor for name, tensor in tensors.items() if name not in parity}
    budgets = json.loads(metadata.get("budgets", "[]"))
    return WeightsFile(_with_defaults(json.loads(metadata["architecture"])), weights, parity, budgets)


def _from_json(path: str) -> WeightsFile:
    with open(path, encoding="utf-8") as file:
        found = json.load(file)
    found = found.get("weights") or found
    if found.get("format") != "dualgate-weights":
        raise FileError(f"{path}: expected weights of DualGate, got a file of format {found.get('format')!r}.")

    def values(entry: Dict[str, Any]) -> Tensor:
        dtype = torch.uint8 if entry["dtype"] == "uint8" else torch.float32
        data = bytearray(base64.b64decode(entry["data"]))
        flat = torch.frombuffer(data, dtype=dtype) if data else torch.empty(0, dtype=dtype)
        return flat.reshape(entry["shape"])

    parity = {}
    if "parity" in found:
        parity["parity.images"] = values(found["parity"]["images"])
        for branch, entry in found["parity"]["features"].items():
            parity[f"parity.features.{branch}"] = values(entry)
        for place, entry in (found["parity"].get("gates") or {}).items():
            parity[f"parity.gates.{place}"] = values(entry)
    weights = {name: values(entry) for name, entry in found["tensors"].items()}
    return WeightsFile(_with_defaults(found["architecture"]), weights, parity, found.get("budgets", []))


def _with_defaults(architecture: Dict[str, Any]) -> Dict[str, Any]:
    if architecture.get("name") != "resnet18-gated":
        raise FileError(f"The network must be a resnet18-gated, got {architecture.get('name')!r}.")
    return {"slim": [], "slimProjector": False, "minBottleneck": 1, **architecture}


def load(path: str) -> Tuple[DualGate, WeightsFile]:
    """The network of a file with its weights, in evaluation mode, and the file."""
    file = read_weights(path)
    model = DualGate(file.architecture)
    model.load_state_dict(file.weights, strict=True)
    model.budgets = file.budgets
    return model.eval(), file


def save(path: str, model: DualGate, images: Tensor) -> None:
    """The weights as DualGate reads them, with what they give for images u8 [N, S, S, 3]."""
    on_cpu = copy.deepcopy(model).cpu().eval()
    tensors = {name: tensor.float() for name, tensor in on_cpu.state_dict().items()}
    given = {"parity.images": images.contiguous()}
    architecture = {key: value for key, value in model.architecture.items() if key != "gateShift"}
    if model.gate_shift != 0:
        architecture["gateShift"] = model.gate_shift
    file = WeightsFile(architecture, {}, {}, [])
    with torch.no_grad():
        for branch in model.architecture["branches"]:
            features, gates = encode(on_cpu, file.normalise(images), branch)
            given[f"parity.features.{branch}"] = features
            given.update({f"parity.gates.{name}": gate.to(torch.uint8) for name, gate in zip(BLOCKS, gates)})
    metadata = {"format": "dualgate-weights", "version": "1", "architecture": json.dumps(architecture)}
    write_safetensors(path, {**tensors, **given}, metadata)


# --- parity -------------------------------------------------------------------------------------------------------

TOLERANCE = 1e-4


def encode(model: DualGate, images: Tensor, branch: str) -> Tuple[Tensor, List[Tensor]]:
    """Features of a branch, and the gates where it has some. Evaluation mode is the caller's."""
    return model.gated(images) if branch == "gated" else (model.dense(images, branch), [])


@torch.no_grad()
def parity(model: DualGate, file: WeightsFile) -> bool:
    """Compares the network with what the file says that it gives; prints what came of it."""
    if "parity.images" not in file.parity:
        print("The file has no images to check the network by.")
        return False
    images = file.normalise(file.parity["parity.images"])
    good = True
    compared = 0
    for branch in file.architecture["branches"]:
        expected = file.parity.get(f"parity.features.{branch}")
        if expected is None:
            continue
        features, gates = encode(model, images, branch)
        compared += 1
        # Not finite is never equal, so the comparison asks for "within", not for "beyond".
        scale = expected.abs().max().clamp_min(1e-12)
        error = float((features - expected).abs().max() / scale)
        same = features.shape == expected.shape and error <= TOLERANCE
        good = good and same
        first = " ".join(f"{value:.5f}" for value in features[0, :4])
        print(f"{branch:8s} {len(images)} images, features begin {first}; "
              f"largest difference {error:.1e} of the largest feature: {'as stored' if same else 'DIFFERENT'}")
        good = _same_gates(gates, file.parity) and good
    if compared == 0:
        print("The file has no features to compare with.")
    return good and compared > 0


def _same_gates(gates: List[Tensor], stored: Dict[str, Tensor]) -> bool:
    pairs = [(name, gate, stored[f"parity.gates.{name}"]) for name, gate in zip(BLOCKS, gates)
             if f"parity.gates.{name}" in stored]
    if not pairs:
        return True
    wrong = sum(int((gate.bool() != want.bool()).sum()) for _, gate, want in pairs)
    total = sum(gate.numel() for _, gate, _ in pairs)
    print(f"gates    {total - wrong} of {total} as stored{'' if wrong == 0 else ': DIFFERENT'}")
    return wrong == 0


def check(path: str) -> bool:
    """Loads a file, compares and prints; False where the network is not the file's, or none can be made of it."""
    try:
        model, file = load(path)
    except (OSError, ValueError, KeyError, RuntimeError) as fault:
        print(f"{path} could not be loaded: {fault}")
        return False
    known = sum(weight.numel() for weight in model.parameters())
    print(f"{path}: ResNet-18 of width {file.architecture['width']}, {known:,} parameters, "
          f"{model.macs:,} multiply-adds")
    good = parity(model, file)
    print("The network gives what DualGate stored." if good else "The network does NOT give what DualGate stored.")
    return good


def main(arguments: List[str]) -> int:
    if len(arguments) == 0:
        print("usage: python dualgate_model.py WEIGHTS ...   (weights.safetensors, or JSON of DualGate)")
        return 2
    return 0 if all([check(path) for path in arguments]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
