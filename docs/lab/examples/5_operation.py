# An operation of your own
from autograd import Value, check_gradient, define_operation, draw

softplus2 = define_operation("softplus2(x)", "log(1 + 2 ** x)", x="2 ** x * log(2) / (1 + 2 ** x)", probes=[(0.5,)])
x = Value(1.5, "x")
y = softplus2(x) * x
y.backward()
print("y", y.data, "and its gradient:", x.grad)
check_gradient(lambda x: softplus2(x) * x, 1.5)
draw(y)
