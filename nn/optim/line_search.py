"""A line search: how far to go along a direction, so that the strong Wolfe conditions hold.

They ask for a loss that has fallen by enough for the distance, and for a slope that is much flatter than at the start.
Source: Nocedal & Wright, Numerical Optimization (2006), section 3.5, algorithms 3.5 and 3.6.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

SUFFICIENT_DECREASE, FLATTER_SLOPE = 1e-4, 0.9
"""The constants c1 and c2 of the two conditions."""
SMALLEST_MOVE = 1e-9
"""When no parameter would move by more than this between the ends of an interval, it is not searched further."""


class Point(NamedTuple):
    """A point on the line."""

    t: float
    """How far it lies from the start, in lengths of the direction."""
    loss: float
    gradient: list[float]
    slope: float
    """The derivative of the loss with respect to ``t``: the gradient times the direction."""


class WolfeSearch:
    """Looks for a point on a line where the strong Wolfe conditions hold.

    Args:
        evaluate: returns the point at a distance from the start.
        start: the point at distance 0; its slope is negative.
        size: the largest absolute number in the direction.
        most: how many points after the first may be looked at.
    """

    def __init__(self, evaluate: Callable[[float], Point], start: Point, size: float, most: int) -> None:
        self.evaluate, self.start, self.size, self.most = evaluate, start, size, most
        self.tried = 0
        """How many points have been looked at after the first."""

    def at(self, t: float) -> Point:
        self.tried += 1
        return self.evaluate(t)

    def is_too_high(self, point: Point) -> bool:
        return point.loss > self.start.loss + SUFFICIENT_DECREASE * point.t * self.start.slope

    def is_flat(self, point: Point) -> bool:
        return abs(point.slope) <= -FLATTER_SLOPE * self.start.slope

    def best(self, t: float) -> Point:
        """Return the point that is found, beginning with the one at distance ``t``; it may be the start."""
        before, point = self.start, self.evaluate(t)
        while self.tried < self.most:
            if self.is_too_high(point) or (self.tried > 1 and point.loss >= before.loss):
                return self.between(before, point)
            if self.is_flat(point):
                return point
            if point.slope >= 0:
                return self.between(before, point)
            limits = point.t + 0.01 * (point.t - before.t), 10 * point.t
            before, point = point, self.at(lowest_of_cubic(before, point, *limits))
        return min(self.start, point, key=lambda end: end.loss)

    def between(self, first: Point, second: Point) -> Point:
        """Return the point that is found between two, the lower of which falls towards the other."""
        ends = [first, second]
        reluctant = False  # whether the point before lay near an end
        low = 0 if first.loss <= second.loss else 1
        while self.tried < self.most:
            left, right = sorted([end.t for end in ends])
            if (right - left) * self.size < SMALLEST_MOVE:
                break
            t = lowest_of_cubic(ends[0], ends[1], left, right)
            margin = 0.1 * (right - left)
            if min(right - t, t - left) < margin:
                if reluctant or t >= right or t <= left:
                    t = right - margin if abs(t - right) < abs(t - left) else left + margin
                    reluctant = False
                else:
                    reluctant = True
            else:
                reluctant = False
            point, high = self.at(t), 1 - low
            if self.is_too_high(point) or point.loss >= ends[low].loss:
                ends[high] = point
                low = 0 if ends[0].loss <= ends[1].loss else 1
                continue
            if self.is_flat(point):
                return point
            if point.slope * (ends[high].t - ends[low].t) >= 0:
                ends[high] = ends[low]
            ends[low] = point
        return ends[low]


def lowest_of_cubic(first: Point, second: Point, least: float, most: float) -> float:
    """Return where the cubic through two points with their slopes is lowest, or the limit next to it.

    Where it has no lowest point, the middle between the limits is returned. Source: Nocedal & Wright, equation 3.59.

    Example:
        >>> lowest_of_cubic(Point(0.0, 1.0, [], -2.0), Point(2.0, 1.0, [], 2.0), 0.0, 2.0)
        1.0
    """
    left, right = (first, second) if first.t <= second.t else (second, first)
    d1 = first.slope + second.slope - 3 * (first.loss - second.loss) / (first.t - second.t)
    square = d1 * d1 - first.slope * second.slope
    if not square >= 0:  # also where a loss is infinite
        return (least + most) / 2
    d2 = math.sqrt(square)
    bottom = right.slope - left.slope + 2 * d2
    if bottom == 0:
        return (least + most) / 2
    t = right.t - (right.t - left.t) * ((right.slope + d2 - d1) / bottom)
    return min(max(t, least), most)
