# Step through backpropagation, forward and back
from autograd import Value, explore

a, b, c = Value(2.0, "a"), Value(-3.0, "b"), Value(10.0, "c")
loss = (a * b + c) ** 2
explore(loss)
