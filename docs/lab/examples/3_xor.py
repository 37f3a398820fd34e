# Train a network on XOR
import nn
from autograd import draw

points = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
targets = [0.0, 1.0, 1.0, 0.0]
model = nn.MLP(2, [8, 1], seed=1)
adam = nn.Adam(model.parameters(), lr=0.1)
nn.fit(model, (points, targets), loss="bce_with_logits", optimizer=adam, epochs=100)
for point, target in zip(points, targets):
    print(point, "should give", target, "and gives", round(model(point).sigmoid().data, 3))
draw(model(points[1]), model=model)
