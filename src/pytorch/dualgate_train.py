"""Goes on with a run of DualGate, on one process or on many.

    python dualgate_train.py --data cifar-10-batches-bin --out run
    torchrun --nproc_per_node=8 dualgate_train.py --data cifar-10-batches-bin --out run

The configuration is read from config.json, the weights from weights.safetensors, both beside this file. N processes
compute what one would with the whole batch: BatchNorm statistics (SyncBN), loss and gate noise are those of the whole
batch, and everything random hangs on seed and step alone. With `--preset paper` the authors' hyper-parameters replace
the configuration's: a schedule per epoch, 500 epochs, 256 images per process, and a loss per process whose gradients
are averaged, as they ran it on two GPUs.

Images of another side are scaled. `--out` gets checkpoint.pt (to `--resume` from), weights.safetensors (DualGate reads
it) and log.jsonl.
"""
import argparse
import json
import os
import sys
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple

import torch
import torch.distributed as dist
from torch import Tensor

import dualgate_model as net
import dualgate_step as training
import dualgate_views as views
from dualgate_step import Config, RunError

HERE = os.path.dirname(os.path.abspath(__file__))


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
        self.per_epoch = images.count // config["batch"]
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


def whole_from(least: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"must be a whole number from {least} up, got {text}")
        return int(text)

    return parse


def arguments_of(argv: List[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Goes on with a run of DualGate.")
    parser.add_argument("--data", nargs="+", required=True, metavar="PATH",
                        help="CIFAR-10, CIFAR-100 or STL-10 binaries, their folder, or folders of pictures")
    parser.add_argument("--format", choices=sorted(views.FORMATS), help="of binaries, where neither size nor name tells")
    parser.add_argument("--side", type=whole_from(8), metavar="N",
                        help="pixels that images are scaled to; the run's side when missing")
    parser.add_argument("--limit", type=whole_from(1), metavar="N",
                        help="the first N images; of pictures, those of all folders in turn")
    parser.add_argument("--out", default="run", metavar="DIR", help="where checkpoint, weights and log go")
    parser.add_argument("--config", default=os.path.join(HERE, "config.json"))
    parser.add_argument("--weights", default=os.path.join(HERE, "weights.safetensors"))
    parser.add_argument("--from-scratch", action="store_true", help="begin with fresh weights, at step 0")
    parser.add_argument("--preset", choices=["paper"], help="the authors' hyper-parameters, from scratch")
    parser.add_argument("--recipe", choices=sorted(RECIPES), help="normalisation and blur of another data set")
    parser.add_argument("--steps", type=whole_from(1), metavar="N", help="a new course of N steps, from these weights")
    parser.add_argument("--batch", type=whole_from(2), metavar="N", help="images of a step, of all processes together")
    parser.add_argument("--stop-after", type=whole_from(1), metavar="N", help="take N steps now; --resume goes on")
    parser.add_argument("--checkpoint-every", type=whole_from(1), default=500, metavar="N",
                        help="steps between checkpoints")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint in --out")
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto",
                        help="auto takes GPUs where there are some")
    return parser.parse_args(argv)


def check_together(asked: argparse.Namespace) -> None:
    """Options that do not go with each other."""
    if asked.resume:
        fixed = {"--steps": asked.steps, "--batch": asked.batch, "--preset": asked.preset, "--recipe": asked.recipe,
                 "--from-scratch": asked.from_scratch, "--side": asked.side}
        said = ", ".join(name for name, value in fixed.items() if value)
        if said:
            raise RunError(f"--resume goes on as the checkpoint says and takes no {said}. Resume without, or begin "
                           "another run with another --out.")
    if asked.preset and asked.steps is not None:
        raise RunError(f"--preset {asked.preset} has {training.PAPER_EPOCHS} epochs with a schedule of its own and "
                       "takes no --steps. Leave it out; --stop-after N takes the first N steps.")


def device_of(asked: argparse.Namespace) -> torch.device:
    cuda = torch.cuda.is_available()
    if asked.device == "cpu" or (asked.device == "auto" and not cuda):
        return torch.device("cpu")
    if not cuda:
        raise RunError("PyTorch finds no GPU on this machine. Say --device cpu.")
    place, there = int(os.environ.get("LOCAL_RANK", "0")), torch.cuda.device_count()
    if place >= there:
        raise RunError(f"Every process needs a GPU of its own, and process {place + 1} finds {there} on this machine. "
                       f"Use fewer processes (--nproc_per_node={there}), or say --device cpu.")
    return torch.device("cuda", place)


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
    images: views.Images
    trained_on: Optional[int]
    """Images that the run has had so far, where somebody wrote it down."""
    first: int
    """The step that comes first, from 0."""
    per_epoch: bool
    kept: Optional[Dict[str, Any]]
    """The checkpoint that is gone on from."""
    memory: Optional[Dict[str, Any]] = None
    """Of an exported run that is gone on with: its momenta, and what its exact budget remembered."""


def checkpoint_of(asked: argparse.Namespace) -> str:
    return os.path.join(asked.out, "checkpoint.pt")


def check_share(batch: int, paper: bool, advice: str) -> None:
    """Each process has as many images of a batch, and enough of them."""
    world = net.world_size()
    if batch % world != 0:
        raise RunError(f"A batch of {batch} cannot be shared among {world} processes. {advice}")
    if paper and batch < 2 * world:
        raise RunError(f"In the paper's preset each process has a loss of its own, which needs 2 images: a batch of "
                       f"{batch} is too small for {world} processes. {advice}")


def resumed(asked: argparse.Namespace) -> Plan:
    """The checkpoint's course, whatever the exported run is at."""
    path = checkpoint_of(asked)
    if not os.path.exists(path):
        raise RunError(f"There is no {path} to resume from. Say the --out of a run that was begun, or no --resume.")
    kept = torch.load(path, map_location="cpu")
    config, first, paper = kept["config"], kept["step"], kept["per_epoch"]
    batch, steps = config["batch"], config["steps"]
    check_share(batch, paper, f"Resume on fewer processes, of a number that divides {batch}.")
    if first >= steps:
        raise RunError(f"The run in {asked.out} has taken all of its {steps} steps. Its weights are in "
                       f"{os.path.join(asked.out, 'weights.safetensors')}.")
    model = net.DualGate(kept["architecture"])
    model.load_state_dict(kept["model"])
    images = views.read_images(asked.data, asked.format, model.architecture["input"], asked.limit)
    if images.count < batch:
        raise RunError(f"{images.count} images do not fill the checkpoint's batch of {batch}. Take the run's images.")
    return Plan(config, kept["system"], kept["recipe"], model, images, kept.get("images"), first, paper, kept)


def exported_run(path: str) -> Dict[str, Any]:
    with open(path, encoding="utf-8") as file:
        exported = json.load(file)
    if exported.get("format") != "dualgate-pytorch" or exported.get("version") != 1:
        raise RunError(f"{path} must be of format dualgate-pytorch, version 1. Take the one of the export.")
    return exported


def memory_of(asked: argparse.Namespace, exported: Dict[str, Any]) -> Optional[Dict[str, Any]]:
    """What training remembered as the exported weights were made; None where they are others, or nobody wrote it down."""
    memory = exported.get("memory")
    if memory is None or os.path.abspath(asked.weights) != os.path.join(HERE, "weights.safetensors"):
        return None
    momenta, said = net.read_safetensors(os.path.join(HERE, "momenta.safetensors"))
    if said.get("step") != str(exported["stepsDone"]):
        raise RunError(f"momenta.safetensors must be of step {exported['stepsDone']}, as the weights are, got "
                       f"{said.get('step')}. Take the export's own files.")
    return {"momenta": momenta, "aim": memory["aim"]}


def plan_of(asked: argparse.Namespace) -> Plan:
    """What the exported run and the options say is to be trained, and from where."""
    exported = exported_run(asked.config)
    config, system = dict(exported["config"]), exported["system"]
    recipe = RECIPES[asked.recipe] if asked.recipe else exported["recipe"]
    data = exported.get("data") or {}
    paper = asked.preset == "paper"
    anew = paper or asked.from_scratch
    if paper:
        if config["system"] == "slimmable":
            raise RunError("The paper's preset is for dual gating and its baselines, and this run is of a slimmable "
                           "network.")
        config.update(training.PAPER, batch=training.PAPER_BATCH * net.world_size())
    if asked.batch:
        config["batch"] = asked.batch
    batch = config["batch"]
    check_share(batch, paper, "Say another --batch.")
    if anew:
        picture_side = data.get("size") or net.read_weights(asked.weights).architecture["input"]
        images = views.read_images(asked.data, asked.format, asked.side, asked.limit, picture_side)
        torch.manual_seed(config["seed"])
        model = net.DualGate(architecture_of(config, system, images.side, recipe))
    else:
        file = net.read_weights(asked.weights)
        if "inner" in file.architecture:
            raise RunError("A sliced network is for use, not for training: export the run's own weights.")
        # Only what a layer costs hangs on the side; the weights fit any.
        model = net.DualGate({**file.architecture, "input": asked.side or file.architecture["input"]})
        model.load_state_dict(file.weights)
        images = views.read_images(asked.data, asked.format, model.architecture["input"], asked.limit)
    if images.count < batch:
        raise RunError(f"{images.count} images do not fill a batch of {batch}. Say a smaller --batch.")
    if paper:
        config["learningRate"] = 0.3 * batch / 256
        config["steps"] = training.PAPER_EPOCHS * (images.count // batch)
    if asked.steps is not None:
        config["steps"] = asked.steps
    first = 0 if anew or asked.steps is not None else exported["stepsDone"]
    if first >= config["steps"]:
        raise RunError(f"The run has taken all of its {config['steps']} steps. Say --steps N for a new course of N "
                       "steps from its weights, or --from-scratch.")
    memory = memory_of(asked, exported) if first > 0 else None
    return Plan(config, system, recipe, model, images, data.get("train"), first, paper, None, memory)


def spent_by_hard_gates(model: net.DualGate, images: Tensor) -> float:
    model.eval()
    with torch.no_grad():
        _, gates = model.gated(images)
        return float(model.mac_ratio([gate.sum() / len(gate) for gate in gates]))


def train(asked: argparse.Namespace, device: torch.device, rank: int) -> None:
    plan = resumed(asked) if asked.resume else plan_of(asked)
    config, system, recipe, model, images, trained_on, first, per_epoch, kept, memory = plan
    model.to(device).train()
    trainer = training.Trainer(model, system, config, shared=not per_epoch)
    batches = Batches(images, config, recipe, device)
    course = training.Course(config, system, batches.per_epoch, per_epoch)
    if kept is not None:
        trainer.optimizer.load_state_dict(kept["optimizer"])
        course.remember(kept["aim"])
    if memory is not None:
        trainer.remember(memory["momenta"])
        course.remember(memory["aim"])
    last = config["steps"] if asked.stop_after is None else min(config["steps"], first + asked.stop_after)
    checkpoint_path = checkpoint_of(asked)
    if rank == 0:
        os.makedirs(asked.out, exist_ok=True)
        if trained_on is not None and trained_on != images.count:
            print(f"The run was on {trained_on} images, here are {images.count}: --limit N takes the first N.")
        if kept is None and first > 0:
            print("The optimiser goes on with the run's momenta." if memory else "The optimiser's momenta begin at 0.")
        if kept is not None and per_epoch and kept.get("processes", net.world_size()) != net.world_size():
            print(f"Processes so far: {kept['processes']}, now: {net.world_size()}. In the paper's preset each has a loss "
                  "of its own, over its share of a batch: from here on the loss is another.")
        print(f"{config['system']}, width {config['width']}, {images.count} images of {images.side} pixels, "
              f"batch {config['batch']} on {net.world_size()} x {device.type}, steps {first + 1} to {last} of {config['steps']}")

    def keep(step: int) -> None:
        if rank != 0:
            return
        state = {"model": model.state_dict(), "optimizer": trainer.optimizer.state_dict(), "step": step,
                 "aim": course.aim(), "config": config, "system": system,
                 "recipe": recipe, "architecture": model.architecture, "per_epoch": per_epoch,
                 "images": images.count, "processes": net.world_size()}
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
    try:
        check_together(asked)
        device = device_of(asked)
        if device.type == "cuda":
            torch.cuda.set_device(device)
        if int(os.environ.get("WORLD_SIZE", "1")) > 1:
            dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
        train(asked, device, int(os.environ.get("RANK", "0")))
    except (RunError, views.DataError, net.FileError, OSError, KeyError) as fault:
        print(f"dualgate_train: {fault}", file=sys.stderr)
        return 1
    finally:
        if dist.is_available() and dist.is_initialized():
            dist.destroy_process_group()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
