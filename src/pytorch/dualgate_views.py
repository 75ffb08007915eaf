"""Images from disk, and the two views of each that training compares. Plain PyTorch; no torchvision.

Crops are resampled as PIL does (bicubic, a = −0.5, antialiased, rounded to bytes after rows and after columns), and
colours change in bytes as PIL's do. What differs from PIL: weights of the resampling are floats instead of fixed-point
numbers (at most one level), and blur is a true Gaussian instead of three box blurs (a few levels).
"""
import math
import os
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

    def __init__(self, parts: List[Tensor], side: int, labels: int = 0, columns_first: bool = False):
        self.parts, self.side, self.labels, self.columns_first = parts, side, labels, columns_first
        self.count = sum(len(part) for part in parts)

    def batch(self, rows: List[int]) -> Tensor:
        """u8 [N, 3, S, S]."""
        records = torch.stack([self._record(row) for row in rows])
        pixels = records[:, self.labels :].view(len(rows), 3, self.side, self.side)
        return pixels.transpose(2, 3).contiguous() if self.columns_first else pixels

    def _record(self, row: int) -> Tensor:
        for part in self.parts:
            if row < len(part):
                return part[row]
            row -= len(part)
        raise IndexError(row)


def read_images(paths: List[str], form: Optional[str], side: int) -> Images:
    """Training images: CIFAR-10 or CIFAR-100 binaries, STL-10's images, or folders of pictures (needs PIL).

    A folder that holds the official binaries stands for those that train. Pictures are cut to their centre square and
    scaled to `side`; binaries have a side of their own."""
    files = [found for path in paths for found in _training_files(path)]
    if not files:
        raise DataError(f"No images in {', '.join(paths)}: expected *.bin of CIFAR or STL-10, or pictures.")
    if all(not path.endswith(".bin") for path in files):
        return _read_pictures(files, side)
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
    return Images(parts, kind.side, kind.labels, kind.columns_first)


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
    endings = (".png", ".jpg", ".jpeg", ".webp", ".bmp")
    return sorted(os.path.join(folder, name) for folder, _, found in os.walk(path) for name in found
                  if name.lower().endswith(endings) or (folder == path and name.endswith(".bin")))


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
        from PIL import Image
    except ImportError:
        raise DataError("Pictures need PIL (pip install pillow); CIFAR's and STL-10's binaries do not.") from None
    records = []
    for path in files:
        with Image.open(path) as picture:
            edge = min(picture.size)
            left, top = (picture.width - edge) // 2, (picture.height - edge) // 2
            whole = picture.convert("RGB").resize((side, side), Image.BICUBIC, (left, top, left + edge, top + edge))
        pixels = torch.frombuffer(bytearray(whole.tobytes()), dtype=torch.uint8).view(side, side, 3)
        records.append(pixels.permute(2, 0, 1).reshape(-1))
    return Images([torch.stack(records)], side)


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


def _crop_resize(x: Tensor, crop: Tensor) -> Tensor:
    side = x.shape[3]
    top, left, height, width = crop.unbind(1)
    across = _resampling(left, width, side, x.dtype)  # [N, S', S]
    down = _resampling(top, height, side, x.dtype)
    rows = _to_byte(x @ across.transpose(1, 2)[:, None])
    return _to_byte(down[:, None] @ rows)


def _resampling(start: Tensor, length: Tensor, side: int, dtype: torch.dtype) -> Tensor:
    """Weights of `side` output pixels over the pixels of a line, [N, side, side]."""
    scale = (length.double() / side).view(-1, 1, 1)
    wide = scale.clamp_min(1)
    pixel = torch.arange(side, device=start.device, dtype=torch.float64)
    centre = (pixel + 0.5).view(1, -1, 1) * scale
    place = pixel.view(1, 1, -1) - start.view(-1, 1, 1)
    support = 2 * wide
    first = (centre - support + 0.5).floor().clamp_min(0)
    last = torch.minimum((centre + support + 0.5).floor(), length.view(-1, 1, 1).double())
    weight = _cubic((place + 0.5 - centre) / wide) * ((place >= first) & (place < last))
    return (weight / weight.sum(2, keepdim=True)).to(dtype)


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
    return _turn_hue(x, factor)


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
