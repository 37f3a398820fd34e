"""``MaxPool2d``: the largest number under a window."""

import autograd
from autograd import errors
from nn.data.shapes import Nested, Output
from nn.layers.windows import Plane, Size, padded, pair, per_image, windows
from nn.module import Module


class MaxPool2d(Module):
    """``y[c][i][j] = max(x[c][i * stride + u][j * stride + v])`` over the places u, v of a window.

    What was found somewhere under the window stays found, a little to the left or to the right.

    Args:
        kernel_size: the rows and columns of the window; an int for a square.
        stride: how far it moves from one place to the next; as far as it is wide if not given.
        padding: how many rows and columns, which are never the largest, are put around the image.
        dilation: how far apart the numbers under the window are.

    Equal largest numbers share the derivative evenly, as in :func:`autograd.max`; PyTorch gives it to the first.

    Raises:
        ArgumentError: a size out of range; when called, an image that is smaller than the window.

    Source: Ranzato, Huang, Boureau & LeCun, Unsupervised learning of invariant feature hierarchies (2007).

    Example:
        >>> MaxPool2d(2)([[[autograd.Value(1.0), 5.0], [2.0, -3.0]]])[0][0][0].data
        5.0
    """

    def __init__(self, kernel_size: Size, stride: Size | None = None, padding: Size = 0, dilation: Size = 1) -> None:
        self.kernel_size = pair("kernel_size", kernel_size)
        self.stride = self.kernel_size if stride is None else pair("stride", stride)
        self.padding, self.dilation = pair("padding", padding, 0), pair("dilation", dilation)
        if any(2 * around > size for around, size in zip(self.padding, self.kernel_size, strict=True)):
            raise errors.ArgumentError(f"padding={padding} must be at most half of kernel_size={kernel_size}.")

    def forward(self, x: Nested) -> Output:
        """Return (channels, rows, columns) for one image of as many channels, a list of these for a batch."""
        return per_image(lambda image: [self.pooled(plane) for plane in image], x, None, self.title)

    def pooled(self, plane: Plane) -> Output:
        surrounded = padded(plane, self.padding, None)
        found = windows(surrounded, self.kernel_size, self.stride, self.dilation)
        return [[autograd.max([x for x in window if x is not None]) for window in row] for row in found]

    def extra_repr(self) -> str:
        return f"kernel_size={self.kernel_size}, stride={self.stride}"
