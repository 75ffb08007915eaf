"""Holds the exported network, loss and optimiser to the reference numbers: golden_check.py SOURCES GOLDEN.

Prints the largest deviations as JSON; whoever calls decides what is too much.
"""
import base64
import json
import os
import sys

sys.path.insert(0, sys.argv[1])
GOLDEN = sys.argv[2]

import torch

import dualgate_model as net
import dualgate_step as run
import dualgate_views as views

torch.set_num_threads(1)


def golden(name):
    with open(os.path.join(GOLDEN, f"{name}.json"), encoding="utf-8") as file:
        return json.load(file)


def tensor(entry):
    return torch.frombuffer(bytearray(base64.b64decode(entry["f32"])), dtype=torch.float32).reshape(entry["shape"])


def relative(found, expected):
    return float((found - expected).norm() / expected.norm().clamp_min(1e-12))


def largest(found, expected):
    return float((found - expected).abs().max())


PASSES = {
    "dual": [("gated", 0), ("dense", 1)],
    "dense": [("dense", 0), ("dense", 1)],
    "gated": [("gated", 0), ("gated", 1)],
}


def system(kind):
    return {
        "passes": [{"view": view, "branch": branch} for branch, view in PASSES[kind]],
        "terms": [{"kind": "vicreg", "passes": [0, 1], "teacher": None, "branch": None, "weight": 1, "early": 1}],
        "branches": ["gated", "dense"],
    }


def config(**changes):
    return {**run.PAPER, "budget": 0.3, "gatedLoss": "sum", **changes}


WEIGHTS = {name: tensor(entry) for name, entry in golden("e_weights")["params"].items()}


def model(bn="separate"):
    architecture = {
        "name": "resnet18-gated", "input": 32, "width": 8, "stem": "cifar", "stemPadding": 2, "gated": True, "bn": bn,
        "projector": {"hidden": 32, "output": 32}, "slim": [], "slimProjector": False, "minBottleneck": 1,
        "branches": ["gated", "dense"], "bnEpsilon": 1e-5,
    }
    made = net.DualGate(architecture)
    weights = WEIGHTS
    if bn == "shared":
        weights = {name.replace("_s.", "."): value for name, value in WEIGHTS.items() if "_t." not in name}
    found = made.load_state_dict(weights, strict=False)
    assert not found.unexpected_keys and all("running_" in name for name in found.missing_keys), found
    return made.train()


found = {}

# One dual step: losses, gates, embeddings, gradients, running statistics, and evaluation after it.
step = golden("e_dual_step")
network = model()
images = [tensor(step["view1"]), tensor(step["view2"])]
uniform = [tensor(entry) for entry in step["U"]]
trainer = run.Trainer(network, system("dual"), config())
held = run.Held(1e-30, step["losses"]["p"], 0.3, [1.0])
losses = trainer.losses(images, [uniform, None], held)
losses["loss"].backward()
names = {"loss": "loss", "sim": "invariance", "var": "variance", "cov": "covariance", "rloss": "budgetLoss",
         "bloss": "boundLoss", "flops_ratio": "macRatio"}
found["dual.losses"] = max(abs(float(losses[ours]) - step["losses"][theirs]) for theirs, ours in names.items())
flat = ("projector.0.bias", "projector.3.bias", "projector.6.bias")  # analytically zero
found["dual.gradients"] = max(relative(parameter.grad, tensor(step["grads"][name]))
                              for name, parameter in network.named_parameters() if name not in flat)
found["dual.buffers"] = max(largest(values, tensor(step["buffers_after"][name]))
                            for name, values in network.named_buffers())
network.eval()
with torch.no_grad():
    features, gates = network.gated(images[0])
    found["dual.evaluated"] = max(relative(features, tensor(step["eval_after"]["feats_gated"])),
                                  relative(network.dense(images[0]), tensor(step["eval_after"]["feats_dense"])))
    found["dual.gates"] = sum(int((gate != tensor(entry)).sum()) for gate, entry in zip(gates, step["eval_after"]["masks"]))
    ratio = network.mac_ratio([gate.sum() / len(gate) for gate in gates])
    found["dual.macRatio"] = abs(float(ratio) - step["eval_after"]["flops_ratio"])

# The other systems on the same views.
variants = golden("e_variants")["variants"]
second = [tensor(entry) for entry in variants["baseline2_both_gated"]["U_view2"]]
cases = [
    ("dense", "separate", [None, None], "baseline1_both_dense", variants["baseline1_both_dense"]["loss"], "sum"),
    ("gated", "separate", [uniform, second], "baseline2_both_gated", variants["baseline2_both_gated"]["total"], "mean"),
    ("dual", "shared", [uniform, None], "dual_shared_bn", variants["dual_shared_bn"]["losses"]["loss"], "sum"),
]
for kind, bn, draws, name, loss, join in cases:
    network = model(bn)
    losses = run.Trainer(network, system(kind), config(gatedLoss=join)).losses(images, draws, held)
    losses["loss"].backward()
    found[f"{name}.loss"] = abs(float(losses["loss"]) - loss)
    norms = variants[name]["grad_norm"]
    found[f"{name}.gradients"] = max(
        abs(float(parameter.grad.norm()) - norms[key]) / norms[key]
        for key, parameter in network.named_parameters()
        if key in norms and norms[key] is not None and norms[key] > 1e-6 and parameter.grad is not None
    )

# Three steps of the optimiser.
three = golden("f_three_steps")
network = model()
trainer = run.Trainer(network, system("dual"), config(weightDecay=three["config"]["weight_decay"]))
deviations = []
for data, expected in zip(three["data"], three["steps"]):
    held = run.Held(expected["lr"], expected["p"], 0.3, [1.0])
    numbers = trainer.step([tensor(data["view1"]), tensor(data["view2"])], [[tensor(u) for u in data["U"]], None], held)
    deviations.append(abs(numbers["loss"] - expected["loss"]))
found["three.losses"] = max(deviations)
updates = []
parameters = dict(network.named_parameters())
for name, entry in three["final_params"].items():
    every = entry.get("every", 1)
    expected = tensor({"shape": [-1], "f32": entry["f32_every"]}) if "every" in entry else tensor(entry).flatten()
    begun = WEIGHTS[name].flatten()[::every]
    if name not in flat:
        moved = (expected - begun).norm().clamp_min(1e-9)
        updates.append(float((parameters[name].detach().flatten()[::every] - expected).norm() / moved))
found["three.updates"] = max(updates)

# Schedules, plain and LARS steps.
optim = golden("h_optim")
found["schedules"] = max(
    abs(run.learning_rate(epoch, case["max_epochs"], case["warmup_epochs"], case["base_lr"], case["warmup_start_lr"]) - rate)
    for case in optim["schedules"] if case["min_lr"] == 0 for epoch, rate in enumerate(case["lr_per_epoch"])
)
lars, plain, torchs = [], [], []
for case in optim["optim"]:
    if case["lars"] and not (case["clip"] and case["exclude_1d"]):
        continue
    listed = case["params"] if isinstance(case["params"], list) else list(case["params"].values())
    weights = [torch.nn.Parameter(tensor(entry).clone()) for entry in listed]
    eta = case["eta"] if case["lars"] else None
    optimizer = run.Sgd([(f"w{i}", w) for i, w in enumerate(weights)], case["weight_decay"], eta, case["momentum"])
    # PyTorch's own plain SGD, told to leave tensors of one axis without weight decay.
    others = [torch.nn.Parameter(tensor(entry).clone()) for entry in listed]
    decays = [{"params": [w], "weight_decay": case["weight_decay"] if w.dim() > 1 else 0.0} for w in others]
    reference = torch.optim.SGD(decays, lr=case["lr"], momentum=case["momentum"])
    optimizer.param_groups[0]["lr"] = case["lr"]
    for gradients, after in zip(case["grads"], case["params_after"]):
        given = gradients if isinstance(gradients, list) else list(gradients.values())
        wanted = after if isinstance(after, list) else list(after.values())
        for weight, other, gradient in zip(weights, others, given):
            weight.grad, other.grad = tensor(gradient).clone(), tensor(gradient).clone()
        optimizer.step()
        if case["lars"]:
            lars += [largest(weight.detach(), tensor(entry)) for weight, entry in zip(weights, wanted)]
            continue
        reference.step()
        # The authors' case has weight decay on every tensor.
        plain += [largest(w.detach(), tensor(entry)) for w, entry in zip(weights, wanted) if w.dim() > 1]
        torchs += [largest(w.detach(), other.detach()) for w, other in zip(weights, others)]
found["lars"] = max(lars)
found["lars.cases"] = len(lars)
found["sgd"] = max(plain)
found["sgd.torch"] = max(torchs)

# Views, byte by byte.
augment = {}
for case in golden("k_augment")["ops"]:
    if "u8" not in case.get("y", {}):
        continue
    x, y = (torch.frombuffer(bytearray(base64.b64decode(case[key]["u8"])), dtype=torch.uint8)
            .view(case[key]["shape"]).permute(2, 0, 1)[None].float() for key in ("x", "y"))
    kind, params = case["op"], case["params"]
    if kind.startswith("resized"):
        made = views._crop_resize(x, torch.tensor([[params[key] for key in ("top", "left", "height", "width")]]))
    elif kind in views.JITTER:
        made = views._change(views.JITTER.index(kind), x, torch.tensor(params["factor"]).view(1, 1, 1, 1))
    elif kind.startswith("gray"):
        made = views._luma(x).expand_as(x)
    elif kind.startswith("gaussian"):
        made = views._blur(x, torch.tensor([params["radius"]]))
    else:
        continue
    error = (made - y).abs()
    kept = augment.setdefault(kind, [0.0, 0.0])
    augment[kind] = [max(kept[0], float(error.max())), max(kept[1], float(error.mean()))]
found["augment"] = augment

print(json.dumps(found))
