# A neuron: forward, backward, its picture
from autograd import Value, draw, tanh

x1, x2 = Value(2.0, "x1"), Value(0.5, "x2")
w1, w2, b = Value(-1.0, "w1"), Value(1.5, "w2"), Value(0.7, "b")
out = tanh(w1 * x1 + w2 * x2 + b)
loss = (out - 1.0) ** 2
loss.backward()
print("loss", loss.data, "and its gradient with respect to w1:", w1.grad)
draw(loss)
