"""What layers that slide a window over images share: sizes in pairs, images and batches of them, windows."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias, TypeVar

from autograd import errors
from nn.argument_checks import one_of, positive
from nn.data.shapes import Element, Nested, flatten, nested

Size: TypeAlias = int | tuple[int, int]
"""How many rows and columns; one number for both."""
Plane: TypeAlias = list[list[Element]]
"""One channel of an image: rows of numbers."""
T = TypeVar("T")


def pair(name: str, size: Size, least: int = 1) -> tuple[int, int]:
    """Return a size as rows and columns, each at least ``least``.

    Example:
        >>> pair("stride", 2), pair("stride", (1, 2))
        ((2, 2), (1, 2))
    """
    rows, columns = (size, size) if not isinstance(size, tuple | list) or len(size) != 2 else size
    return positive(name, rows, least), positive(name, columns, least)


def surrounding(
    padding: Size | str, size: tuple[int, int], stride: tuple[int, int], dilation: tuple[int, int]
) -> tuple[int, int]:
    """Return the rows and columns to put around an image: as many as keep its size for ``"same"``, 0 for ``"valid"``.

    Raises:
        ArgumentError: another word; ``"same"`` with a stride above 1 or a window of even size, which has no middle.

    Example:
        >>> surrounding("same", (3, 5), (1, 1), (1, 1)), surrounding(1, (3, 5), (1, 1), (1, 1))
        ((1, 2), (1, 1))
    """
    if not isinstance(padding, str):
        return pair("padding", padding, 0)
    beside = [(n - 1) * apart for n, apart in zip(size, dilation, strict=True)]
    if one_of("padding", padding, ("same", "valid")) == "valid":
        return 0, 0
    if stride != (1, 1) or any(n % 2 for n in beside):
        raise errors.ArgumentError(
            f"padding='same' needs stride=1 and as many places on either side of a window's middle; got {stride=} and "
            f"a window of {beside[0] + 1} x {beside[1] + 1}. Give padding as a number."
        )
    return beside[0] // 2, beside[1] // 2


def per_image(
    function: Callable[[list[Plane]], T], x: Nested, channels: int | None, title: Callable[[], str]
) -> T | list[T]:
    """Return ``function(image)`` for one image (channels, rows, columns), and a list of results for a batch.

    Raises:
        ArgumentError: ``x`` has another number of dimensions or of channels.
    """
    numbers, shape = flatten(x, f"The input of {title()}")
    if len(shape) not in {3, 4} or channels not in {None, shape[-3]}:
        many = "channels" if channels is None else channels
        raise errors.ArgumentError(
            f"{title()} takes an image ({many}, rows, columns) or a batch (images, {many}, rows, columns); got {shape}."
        )
    images: Any = nested(numbers, shape)
    return [function(image) for image in images] if len(shape) == 4 else function(images)


def padded(plane: Plane, padding: tuple[int, int], fill: Any) -> list[list[Any]]:
    """Return a plane with rows of ``fill`` above and below it, and columns of it on both sides."""
    (rows, columns), width = padding, len(plane[0])
    border, side = [[fill] * (width + 2 * columns)] * rows, [fill] * columns
    return [*border, *[[*side, *row, *side] for row in plane], *border]


def windows(
    plane: Sequence[Sequence[T]], size: tuple[int, int], stride: tuple[int, int], dilation: tuple[int, int]
) -> list[list[list[T]]]:
    """Return what lies under a window at each of its places: ``windows[row][column]``, read row by row.

    Args:
        plane: rows of numbers.
        size: the rows and columns under the window.
        stride: how far it moves from one place to the next.
        dilation: how far apart the rows and columns under it are.

    Raises:
        ArgumentError: the window does not fit into the plane.

    Example:
        >>> windows([[1, 2, 3], [4, 5, 6]], (2, 2), (1, 1), (1, 1))
        [[[1, 2, 4, 5], [2, 3, 5, 6]]]
    """
    tall, wide = [(n - 1) * apart + 1 for n, apart in zip(size, dilation, strict=True)]
    if tall > len(plane) or wide > len(plane[0]):
        raise errors.ArgumentError(
            f"A window of {tall} x {wide} does not fit into {len(plane)} x {len(plane[0])}, padding included."
        )
    return [
        [
            [plane[i + u][j + v] for u in range(0, tall, dilation[0]) for v in range(0, wide, dilation[1])]
            for j in range(0, len(plane[0]) - wide + 1, stride[1])
        ]
        for i in range(0, len(plane) - tall + 1, stride[0])
    ]
