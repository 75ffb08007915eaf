"""One step of a training system on given views: step_check.py FOLDER, alone or under torchrun.

FOLDER has the exported files, with or without momenta, job.json (held) and job.safetensors (view.0, view.1,
uniform.PASS.BLOCK of the whole batch). The first process writes result.json with the losses, and result.safetensors with gradients and weights after.
"""
import json
import os
import sys

FOLDER = sys.argv[1]
sys.path.insert(0, FOLDER)

import torch
import torch.distributed as dist

import dualgate_model as net
import dualgate_step as run

torch.set_num_threads(1)
world = int(os.environ.get("WORLD_SIZE", "1"))
if world > 1:
    dist.init_process_group("gloo")
rank = dist.get_rank() if world > 1 else 0


def job(name):
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        return json.load(file)


exported = job("config.json")
data, _ = net.read_safetensors(os.path.join(FOLDER, "job.safetensors"))
model, _ = net.load(os.path.join(FOLDER, "weights.safetensors"))


def mine(tensor):
    each = len(tensor) // world
    return tensor[rank * each : (rank + 1) * each]


uniform = [
    [mine(data[f"uniform.{place}.{block}"]) for block in range(len(net.BLOCKS))] if f"uniform.{place}.0" in data else None
    for place in range(len(exported["system"]["passes"]))
]
trainer = run.Trainer(model, exported["system"], exported["config"])
if os.path.exists(os.path.join(FOLDER, "momenta.safetensors")):
    trainer.remember(net.read_safetensors(os.path.join(FOLDER, "momenta.safetensors"))[0])
given = job("job.json")
numbers = trainer.step([mine(data["view.0"]), mine(data["view.1"])], uniform, run.Held(**given["held"]))
if rank == 0:
    tensors = {f"gradient.{name}": parameter.grad for name, parameter in model.named_parameters()}
    tensors.update({f"after.{name}": value for name, value in model.state_dict().items()})
    net.write_safetensors(os.path.join(FOLDER, "result.safetensors"), tensors, {})
    with open(os.path.join(FOLDER, "result.json"), "w", encoding="utf-8") as file:
        json.dump(numbers, file)
if world > 1:
    # Without this, gloo's threads may be alive when the process ends, which then aborts.
    dist.barrier()
    dist.destroy_process_group()
