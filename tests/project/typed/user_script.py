"""What a user with a strict type checker writes; `test_types.py` has pyright and mypy look at it."""

import autograd
import nn
from autograd import Value, compile, grad, value_and_grad

# Values, operators and functions
a, b = Value(2.0, "a"), Value(-3.0, label="b")
c: Value = (a * b + 10) ** 2 / 3 - abs(a) + 2**b
d: Value = (
    autograd.tanh(c) + a.relu() + autograd.where(a > b, a, 1.0) + autograd.maximum(a, 0.5) + autograd.elu(a, alpha=0.5)
)
total: Value = autograd.sum([a, b, d]) + autograd.dot([a, b], [1.0, 2.0]) + autograd.logsumexp([a, b])
shares: list[Value] = autograd.softmax([a, b])
number: float = autograd.sigmoid(0.5) + autograd.max([1.0, 2.0])
total.backward()
print(total.data, a.grad, total.op, total.parents, [share.data for share in shares], number, a < b, a > 3.0)


# gradients as functions
def cube(x: Value) -> Value:
    return x**3


def distance(point: list[Value]) -> Value:
    return autograd.sqrt(autograd.sum([x * x for x in point]))


slope: float = grad(cube)(2.0)
second: float = grad(grad(cube))(2.0)
direction: list[float] = grad(distance)([3.0, 4.0])
value, gradient = value_and_grad(distance)([3.0, 4.0])
print(slope + second, direction[0], value + gradient[1])


# a compiled function
@compile
def loss_of(xs: list[float], ys: list[float]) -> Value:
    return autograd.mean([(a * x + b - y) ** 2 for x, y in zip(xs, ys, strict=True)])


result = loss_of([1.0, 2.0], [2.0, 5.0])
result.backward()
compiled_cube = compile(cube, backend="straight")
print(result.data, compiled_cube(2.0).data, compiled_cube.value_and_grad(2.0)[1] * 2)


# networks
class Line(nn.Module):
    def __init__(self) -> None:
        self.slope, self.intercept = Value(1.0), Value(0.0)

    def forward(self, x: float) -> Value:
        return self.slope * x + self.intercept


line: Value = Line()(3.0)
points, labels = nn.make_moons(20, noise=0.1, seed=0)
model = nn.MLP(2, [4, 1], seed=1)
adam = nn.Adam(model.parameters(), lr=0.05)
for _ in range(2):
    adam.zero_grad()
    loss = nn.binary_cross_entropy_with_logits([model(point) for point in points], labels)
    loss.backward()
    adam.step()
    print(loss.data, line.data)
history = nn.fit(
    model, (points, labels), loss=nn.binary_cross_entropy_with_logits, optimizer=adam, epochs=2, progress=False
)
score = model(points[0])
assert isinstance(score, Value)  # a model of several outputs gives a list
print(history["loss"][-1] + score.data, nn.accuracy([model(point) for point in points], labels, threshold=0))
print(model.layers[0].neurons[0].w[0].data, nn.Linear(2, 1)([1.0, 2.0]), autograd.draw(score), model.draw(points[0]))
