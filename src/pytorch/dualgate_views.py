"""Images from disk, and the two views of each that training compares. Plain PyTorch; no torchvision.

Crops are resampled as PIL does (bicubic, a = −0.5, antialiased, rounded to bytes after rows and after columns), and
colours change in bytes as PIL's do. What differs from PIL: a crop's pixels are summed in single precision (at most one
level), and blur is a true Gaussian instead of three box blurs (a few levels).
"""
import math
import os
import re
from itertools import islice, zip_longest
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

import torch
import torch.nn.functional as F
from torch import Tensor

# --- images -------------------------------------------------------------------------------------------------------


class DataError(ValueError):
    """Images that cannot be read, in words."""


class Format(NamedTuple):
    name: str
    labels: int
    """Bytes before the pixels of a record; the last of them is the class."""
    side: int
    columns_first: bool


CIFAR10 = Format("cifar10", 1, 32, False)
CIFAR100 = Format("cifar100", 2, 32, False)
STL10 = Format("stl10", 0, 96, True)
FORMATS = {entry.name: entry for entry in (CIFAR10, CIFAR100, STL10)}


class Images:
    """Square images of one size, as bytes. Files of records stay on disk until they are asked for."""

    def __init__(self, parts: List[Tensor], form: Format, side: int, limit: Optional[int] = None):
        self.parts, self.form, self.side = parts, form, side
        there = sum(len(part) for part in parts)
        self.count = there if limit is None else min(limit, there)

    def batch(self, rows: List[int]) -> Tensor:
        """u8 [N, 3, S, S]: records of another side are scaled."""
        records = torch.stack([self._record(row) for row in rows])
        pixels = records[:, self.form.labels :].view(len(rows), 3, self.form.side, self.form.side)
        upright = pixels.transpose(2, 3).contiguous() if self.form.columns_first else pixels
        return upright if self.side == self.form.side else _scaled(upright, self.side)

    def _record(self, row: int) -> Tensor:
        for part in self.parts:
            if row < len(part):
                return part[row]
            row -= len(part)
        raise IndexError(row)


def read_images(paths: List[str], form: Optional[str], side: Optional[int], limit: Optional[int] = None,
                picture_side: int = 32) -> Images:
    """Training images: CIFAR-10 or CIFAR-100 binaries, STL-10's images, or folders of pictures (needs PIL).

    A folder that holds the official binaries, or pictures in a folder for training and others for testing, stands for
    what trains. Everything is scaled to `side`, pictures after being cut to their centre square; without it binaries
    keep their own, and pictures get `picture_side`. The first `limit` images count, of pictures of all folders."""
    files = [found for path in paths for found in _training_files(path)]
    if not files:
        raise DataError(f"No images in {', '.join(paths)}: expected *.bin of CIFAR or STL-10, or pictures.")
    if all(not path.endswith(".bin") for path in files):
        return _read_pictures(_in_turn(files, limit), side or picture_side)
    kinds = {FORMATS[form] if form else _guess(path) for path in files if path.endswith(".bin")}
    if len(kinds) != 1 or any(not path.endswith(".bin") for path in files):
        raise DataError(f"The files must be of one format, got {', '.join(sorted(kind.name for kind in kinds))} and others.")
    kind = kinds.pop()
    record = kind.labels + 3 * kind.side**2
    parts = []
    for path in files:
        size = os.path.getsize(path)
        if size == 0 or size % record != 0:
            raise DataError(f"{path}: {kind.name} has records of {record} bytes, the file has {size}.")
        parts.append(torch.from_file(path, shared=False, size=size, dtype=torch.uint8).view(-1, record))
    return Images(parts, kind, side or kind.side, limit)


def _training_files(path: str) -> List[str]:
    if not os.path.isdir(path):
        if not os.path.exists(path):
            raise DataError(f"{path} is not there.")
        return [path]
    names = sorted(os.listdir(path))
    official = [name for name in names if name.startswith("data_batch") and name.endswith(".bin")]
    for alone in ("unlabeled_X.bin", "train_X.bin", "train.bin"):
        if not official and alone in names:
            official = [alone]
    if official:
        return [os.path.join(path, name) for name in official]
    others = [name for name in names if name.endswith(".bin") and name[0] != "." and "test" not in name.lower()]
    return _training_pictures(path) + [os.path.join(path, name) for name in others]


# Folders that say what their pictures are for, as DualGate reads them.
_TRAINS = re.compile(r"^train(ing)?(\.x\d*)?$", re.IGNORECASE)
_TESTS = re.compile(r"^(val(id|idation)?|test(ing)?)(\.x\d*)?$", re.IGNORECASE)


def _training_pictures(path: str) -> List[str]:
    """The pictures below a folder, in the order of their paths, but for hidden ones and what systems leave behind; of
    folders for training beside folders for testing, and nothing else beside them, those that train."""
    found: List[List[str]] = []
    for folder, folders, names in os.walk(path):
        folders[:] = [name for name in folders if not name.startswith(".") and name != "__MACOSX"]
        below = os.path.relpath(folder, path).split(os.sep) if folder != path else []
        found += [[*below, name] for name in names
                  if name.lower().endswith((".png", ".jpg", ".jpeg", ".webp")) and not name.startswith(".")]
    shared = 0
    while found and all(len(parts) > shared + 1 and parts[shared] == found[0][shared] for parts in found):
        shared += 1
    tops = {parts[shared] if len(parts) > shared + 1 else "" for parts in found}
    trains = {top for top in tops if _TRAINS.match(top)}
    if trains and tops - trains and all(_TESTS.match(top) for top in tops - trains):
        found = [parts for parts in found if parts[shared] in trains]
    return [os.path.join(path, *parts) for parts in sorted(found, key="/".join)]


def _in_turn(files: List[str], limit: Optional[int]) -> List[str]:
    """The first of each folder, then the second of each, until there are enough, in the order that they had: as
    DualGate does, since the first files alone would be of few classes."""
    folders: Dict[str, List[str]] = {}
    for path in files:
        folders.setdefault(os.path.dirname(path), []).append(path)
    turns = (path for turn in zip_longest(*folders.values()) for path in turn if path is not None)
    kept = set(islice(turns, limit))
    return [path for path in files if path in kept]


def _guess(path: str) -> Format:
    """By the number of bytes; where that leaves a choice, by the official names."""
    name, size = os.path.basename(path), os.path.getsize(path)
    fitting = [kind for kind in FORMATS.values() if size and size % (kind.labels + 3 * kind.side**2) == 0]
    if len(fitting) == 1:
        return fitting[0]
    named = STL10 if name.endswith("_X.bin") else CIFAR100 if name == "train.bin" else CIFAR10 if "_batch" in name else None
    if named is None:
        raise DataError(f"{path}: say --format cifar10, cifar100 or stl10; its {size} bytes do not tell.")
    return named


def _read_pictures(files: List[str], side: int) -> Images:
    try:
        from PIL import Image, ImageOps
    except ImportError:
        raise DataError("Pictures need PIL (pip install pillow); CIFAR's and STL-10's binaries do not.") from None
    records = []
    for path in files:
        try:
            with Image.open(path) as file:
                if file.mode == "CMYK":  # DualGate refuses it too: every program computes other colours from it
                    raise ValueError("it is a JPEG for printing (CMYK), and not in grey or RGB")
                upright = ImageOps.exif_transpose(file)
                if upright.mode.startswith("I"):  # 16 bits, which PIL would cut off at 255
                    upright = upright.convert("I").point(lambda value: value * (1 / 256)).convert("L")
                whole = Image.new("RGBA", upright.size, (0, 0, 0, 255))
                whole.alpha_composite(upright.convert("RGBA"))
        except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as fault:
            raise DataError(f"{path} cannot be decoded: {fault}. Take it out, or save it again.") from None
        edge = min(whole.size)
        left, top = (whole.width - edge) // 2, (whole.height - edge) // 2
        # Cut first: resizing a box would let the pixels around it in.
        square = whole.convert("RGB").crop((left, top, left + edge, top + edge)).resize((side, side), Image.BICUBIC)
        pixels = torch.frombuffer(bytearray(square.tobytes()), dtype=torch.uint8).view(side, side, 3)
        records.append(pixels.permute(2, 0, 1).reshape(-1))
    return Images([torch.stack(records)], Format("pictures", 0, side, False), side)


# --- drawing views ------------------------------------------------------------------------------------------------

JITTER = ("brightness", "contrast", "saturation", "hue")
# At full strength, as the authors have it.
JITTER_STRENGTH = (0.4, 0.4, 0.2, 0.1)


class Draws(NamedTuple):
    """How each of N views is made; every tensor has N rows."""

    crop: Tensor
    """top, left, height, width in pixels"""
    jittered: Tensor
    order: Tensor
    """places in JITTER, [N, 4]"""
    factors: Tensor
    """in the order of JITTER, [N, 4]"""
    gray: Tensor
    sigma: Tensor
    """of the blur in pixels; 0 for none"""
    solarized: Tensor
    flipped: Tensor

    def rows(self, part: slice) -> "Draws":
        return Draws(*(values[part] for values in self))


def draw_views(count: int, side: int, config: Dict[str, Any], blur: float, generator: torch.Generator) -> Draws:
    """Draws `count` views. The same numbers are drawn whatever the probabilities."""

    def uniform(*shape: int) -> Tensor:
        return torch.rand(shape, generator=generator, dtype=torch.float64)

    strength = torch.tensor(JITTER_STRENGTH, dtype=torch.float64) * config["jitter"]
    centre = torch.tensor([1.0, 1.0, 1.0, 0.0], dtype=torch.float64)
    low = torch.where(centre > 0, (centre - strength).clamp_min(0), -strength)
    crop = _draw_crops(side, config["minCrop"], uniform(count, 10), uniform(count, 10), uniform(count, 2))
    return Draws(
        crop,
        uniform(count) < 0.8,
        uniform(count, 4).argsort(1),
        (low + (centre + strength - low) * uniform(count, 4)).float(),
        uniform(count) < config["grayscale"],
        torch.where(uniform(count) < blur, 0.1 + 1.9 * uniform(count), torch.zeros((), dtype=torch.float64)).float(),
        uniform(count) < 0.1,
        uniform(count) < 0.5,
    )


def _draw_crops(side: int, smallest: float, areas: Tensor, aspects: Tensor, places: Tensor) -> Tensor:
    """The first of ten tries that fits into the image: area uniform, aspect ratio log-uniform from 3/4 to 4/3."""
    area = side * side * (smallest + (1 - smallest) * areas)
    reach = math.log(4 / 3)
    aspect = torch.exp(reach * (2 * aspects - 1))
    width, height = torch.sqrt(area * aspect).round(), torch.sqrt(area / aspect).round()
    fits = (width > 0) & (width <= side) & (height > 0) & (height <= side)
    first = fits.int().argmax(1, keepdim=True)
    # A square image always allows the whole of itself where no try fitted.
    any_fits = fits.any(1)
    width = torch.where(any_fits, width.gather(1, first)[:, 0], torch.full((), float(side), dtype=torch.float64))
    height = torch.where(any_fits, height.gather(1, first)[:, 0], torch.full((), float(side), dtype=torch.float64))
    top = (places[:, 0] * (side - height + 1)).floor()
    left = (places[:, 1] * (side - width + 1)).floor()
    return torch.stack([top, left, height, width], 1).long()


# --- making views -------------------------------------------------------------------------------------------------


def make_views(images: Tensor, draws: Draws) -> Tensor:
    """Views of images u8 [N, 3, S, S]: bytes as floats, [N, 3, S, S]."""
    x = _crop_resize(images.float(), draws.crop.to(images.device))
    x = _jitter(x, draws)
    x = _where(draws.gray, _luma(x).expand_as(x), x)
    x = _blur(x, draws.sigma)
    x = _where(draws.solarized, torch.where(x >= 128, 255 - x, x), x)
    return _where(draws.flipped, x.flip(3), x)


def normalise(bytes_: Tensor, mean: List[float], std: List[float]) -> Tensor:
    shape = (1, 3, 1, 1)
    centre = torch.tensor(mean, device=bytes_.device).view(shape)
    return (bytes_ / 255 - centre) / torch.tensor(std, device=bytes_.device).view(shape)


def _where(chosen: Tensor, yes: Tensor, no: Tensor) -> Tensor:
    return torch.where(chosen.to(no.device).view(-1, 1, 1, 1), yes, no)


def _to_byte(x: Tensor) -> Tensor:
    return (x + 0.5).floor().clamp(0, 255)


def _scaled(images: Tensor, side: int) -> Tensor:
    """u8 [N, 3, S, S] brought to another side. Double precision holds every sum, so that it is PIL's to the byte."""
    whole = torch.tensor([[0, 0, images.shape[2], images.shape[3]]], device=images.device)
    return _crop_resize(images.double(), whole, side).to(torch.uint8)


def _crop_resize(x: Tensor, crop: Tensor, side: Optional[int] = None) -> Tensor:
    """Crops [N, 4] of images [N, 3, S, S] (or one for all of them) at `side`, S when missing."""
    made = side or x.shape[3]
    top, left, height, width = crop.unbind(1)
    across = _resampling(left, width, x.shape[3], made, x.dtype)  # [N, side, S]
    down = _resampling(top, height, x.shape[2], made, x.dtype)
    rows = _to_byte(x @ across.transpose(1, 2)[:, None])
    return _to_byte(down[:, None] @ rows)


def _resampling(start: Tensor, length: Tensor, pixels: int, side: int, dtype: torch.dtype) -> Tensor:
    """Weights of `side` output pixels over the pixels of a line, [N, side, pixels], in PIL's fixed point."""
    scale = (length.double() / side).view(-1, 1, 1)
    wide = scale.clamp_min(1)
    made = torch.arange(side, device=start.device, dtype=torch.float64)
    centre = (made + 0.5).view(1, -1, 1) * scale
    pixel = torch.arange(pixels, device=start.device, dtype=torch.float64)
    place = pixel.view(1, 1, -1) - start.view(-1, 1, 1)
    support = 2 * wide
    first = (centre - support + 0.5).floor().clamp_min(0)
    last = torch.minimum((centre + support + 0.5).floor(), length.view(-1, 1, 1).double())
    weight = _cubic((place + 0.5 - centre) / wide) * ((place >= first) & (place < last))
    fixed = weight / weight.sum(2, keepdim=True) * 2**22
    return ((fixed.abs() + 0.5).floor() * fixed.sign() / 2**22).to(dtype)


def _cubic(x: Tensor) -> Tensor:
    """Keys' cubic with a = −0.5."""
    x = x.abs()
    near = (1.5 * x - 2.5) * x * x + 1
    far = ((-0.5 * x + 2.5) * x - 4) * x + 2
    return torch.where(x < 1, near, torch.where(x < 2, far, torch.zeros_like(x)))


def _luma(x: Tensor) -> Tensor:
    """ITU-R 601 in PIL's fixed point, [N, 1, S, S]."""
    red, green, blue = x[:, :1], x[:, 1:2], x[:, 2:]
    return ((red * 19595 + green * 38470 + blue * 7471 + 32768) / 65536).floor()


def _blend(start: Tensor, x: Tensor, factor: Tensor) -> Tensor:
    return (start + factor * (x - start)).clamp(0, 255).trunc()


def _jitter(x: Tensor, draws: Draws) -> Tensor:
    """Each image's four changes in its own order."""
    order, factors = draws.order.to(x.device), draws.factors.to(x.device)
    jittered = draws.jittered.to(x.device)
    for turn in range(4):
        for operation in range(4):
            rows = (jittered & (order[:, turn] == operation)).nonzero()[:, 0]
            if len(rows) > 0:
                x = x.index_copy(0, rows, _change(operation, x[rows], factors[rows, operation].view(-1, 1, 1, 1)))
    return x


def _change(operation: int, x: Tensor, factor: Tensor) -> Tensor:
    if operation == 0:
        return _blend(torch.zeros_like(x), x, factor)
    if operation == 1:
        return _blend((_luma(x).mean((1, 2, 3), keepdim=True) + 0.5).floor(), x, factor)
    if operation == 2:
        return _blend(_luma(x), x, factor)
    # Even a turn by nothing costs levels; a jitter without hue must not pay them.
    return torch.where(factor == 0, x, _turn_hue(x, factor))


def _turn_hue(x: Tensor, turns: Tensor) -> Tensor:
    """In 8-bit hue, saturation and value, where the circle has 256 steps."""
    value, most = x.max(1)
    chroma = value - x.min(1).values
    safe = chroma.clamp_min(1)
    saturation = (chroma / value.clamp_min(1) * 255).trunc()
    red, green, blue = ((value[:, None] - x) / safe[:, None]).unbind(1)
    sextant = torch.where(most == 0, blue - green, torch.where(most == 1, 2 + red - blue, 4 + green - red))
    hue = (torch.remainder(sextant / 6 + 1, 1) * 255).trunc()
    hue = torch.remainder(hue + (turns[:, 0] * 255).trunc(), 256)
    place = hue * 6 / 255
    whole = place.floor()
    share, strength = place - whole, saturation / 255
    low = (value * (1 - strength)).round()
    falling = (value * (1 - strength * share)).round()
    rising = (value * (1 - strength * (1 - share))).round()
    table = (
        (value, rising, low), (falling, value, low), (low, value, rising),
        (low, falling, value), (rising, low, value), (value, low, falling),
    )
    turned = x
    for index, colour in enumerate(table):
        turned = torch.where((torch.remainder(whole, 6) == index)[:, None], torch.stack(colour, 1), turned)
    # Grey has no hue; nearly grey loses its colour.
    flat = torch.where((saturation == 0)[:, None], value[:, None].expand_as(x), turned)
    return torch.where((chroma == 0)[:, None], x, flat)


def _blur(x: Tensor, sigma: Tensor) -> Tensor:
    rows = (sigma > 0).nonzero()[:, 0].to(x.device)
    if len(rows) == 0:
        return x
    wide = sigma.to(x.device)[rows].view(-1, 1)
    offsets = torch.arange(-8, 9, device=x.device, dtype=x.dtype).view(1, -1)
    weight = torch.exp(-0.5 * (offsets / wide) ** 2)
    weight = weight / weight.sum(1, keepdim=True)
    count, _, side, _ = x.shape
    kernels = weight.repeat_interleave(3, 0)  # one line per image and colour
    flat = x[rows].reshape(1, len(rows) * 3, side, side)
    across = F.conv2d(F.pad(flat, (8, 8, 0, 0), "replicate"), kernels[:, None, None], groups=len(kernels))
    both = F.conv2d(F.pad(across, (0, 0, 8, 8), "replicate"), kernels[:, None, :, None], groups=len(kernels))
    return x.index_copy(0, rows, _to_byte(both).view(len(rows), 3, side, side))
