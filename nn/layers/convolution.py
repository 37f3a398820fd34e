"""``Conv2d``: the same weighted sum at every place of an image."""

from itertools import chain

import autograd
from autograd import errors
from nn.argument_checks import positive
from nn.data.shapes import Nested, Output
from nn.init import Seed
from nn.layers.weights import uniformly, values
from nn.layers.windows import Plane, Size, padded, pair, per_image, surrounding, windows
from nn.module import Module


class Conv2d(Module):
    """``y[o][i][j] = sum(weight[o][c][u][v] * x[c][i + u][j + v]) + bias[o]``, summed over c, u and v.

    Each output channel looks for one pattern in a window that slides over the image.

    Args:
        in_channels: how many numbers each pixel has: 1 for grey, 3 for colours.
        out_channels: how many patterns are looked for.
        kernel_size: the rows and columns of the window, in ``.weight[out][in][row][column]``; an int for a square.
        stride: how far the window moves from one place to the next.
        padding: how many rows and columns of zeros are put around it; "same" for as many as keep its size, or "valid".
        dilation: how far apart the pixels under the window are.
        groups: into how many parts the channels are split; each output sees the inputs of its own part only.
        bias: False leaves the bias out; ``.bias`` is then None.
        seed: an int for the same weights every time; they start as in PyTorch.

    Raises:
        ArgumentError: a size out of range; when called, an image of other channels or smaller than the window.

    Source: LeCun, Bottou, Bengio & Haffner, Gradient-based learning applied to document recognition (1998).

    Example:
        >>> edges = Conv2d(1, 1, (1, 2), bias=False)
        >>> edges.weight[0][0][0][0].data, edges.weight[0][0][0][1].data = -1.0, 1.0
        >>> [[[y.data for y in row] for row in plane] for plane in edges([[[0.0, 0.0, 5.0, 5.0]]])]
        [[[0.0, 5.0, 0.0]]]
    """

    def __init__(  # noqa: PLR0917  # PyTorch's order
        self, in_channels: int, out_channels: int, kernel_size: Size, stride: Size = 1, padding: Size | str = 0,
        dilation: Size = 1, groups: int = 1, bias: bool = True, *, seed: Seed = None,
    ) -> None:  # fmt: skip
        self.in_channels = positive("in_channels", in_channels)
        self.out_channels = positive("out_channels", out_channels)
        self.kernel_size, self.stride = pair("kernel_size", kernel_size), pair("stride", stride)
        self.dilation = pair("dilation", dilation)
        self.padding = surrounding(padding, self.kernel_size, self.stride, self.dilation)
        self.groups = positive("groups", groups)
        if self.in_channels % self.groups or self.out_channels % self.groups:
            raise errors.ArgumentError(f"groups={groups} must divide {in_channels} and {out_channels} channels.")
        inputs = self.in_channels // self.groups
        self.weight = values("weight", self.out_channels, inputs, *self.kernel_size)
        self.bias = values("bias", self.out_channels) if bias else None
        uniformly([self.weight, self.bias], inputs * self.kernel_size[0] * self.kernel_size[1], seed)

    def forward(self, x: Nested) -> Output:
        """Return (out_channels, rows, columns) for one image (in_channels, rows, columns), or these for a batch."""
        return per_image(self.forward_one, x, self.in_channels, self.title)

    def forward_one(self, image: list[Plane]) -> Output:
        planes = [padded(plane, self.padding, 0.0) for plane in image]
        seen = [windows(plane, self.kernel_size, self.stride, self.dilation) for plane in planes]
        inputs, outputs = self.in_channels // self.groups, self.out_channels // self.groups
        result: list[Output] = []
        for group in range(self.groups):
            own = seen[group * inputs : (group + 1) * inputs]
            patches = [[tuple(chain(*cells)) for cells in zip(*rows, strict=True)] for rows in zip(*own, strict=True)]
            for pattern in range(group * outputs, (group + 1) * outputs):
                weights = tuple([w for plane in self.weight[pattern] for row in plane for w in row])
                shift = 0.0 if self.bias is None else self.bias[pattern]
                result.append([[autograd.dot(weights, patch) + shift for patch in row] for row in patches])
        return result

    def extra_repr(self) -> str:
        return f"{self.in_channels}, {self.out_channels}, kernel_size={self.kernel_size}, stride={self.stride}"
