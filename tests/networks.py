"""A multi-layer perceptron written with Values alone, so that the views are tested without ``nn``."""

import itertools
import random

from autograd import Value, dot, relu


class Network:
    """Neurons in layers; the parameters' paths are those of ``nn.MLP``. Hidden neurons apply ReLU."""

    def __init__(self, *sizes, fused=True, bias=True, seed=0):
        generator = random.Random(seed)
        self.fused = fused
        self.layers = [
            [([Value(generator.uniform(-1, 1)) for _ in range(nin)], Value(0.1) if bias else None) for _ in range(nout)]
            for nin, nout in itertools.pairwise(sizes)
        ]

    def named_parameters(self):
        for i, layer in enumerate(self.layers):
            for j, (weights, bias) in enumerate(layer):
                for k, weight in enumerate(weights):
                    yield f"layers.{i}.neurons.{j}.w.{k}", weight
                if bias is not None:
                    yield f"layers.{i}.neurons.{j}.b", bias

    def parameters(self):
        return [parameter for _, parameter in self.named_parameters()]

    def __call__(self, sample):
        for layer in self.layers:
            sample = [self.fire(weights, bias, sample, layer is self.layers[-1]) for weights, bias in layer]
        return sample[0] if len(sample) == 1 else sample

    def fire(self, weights, bias, sample, last):
        if self.fused:
            total = dot(weights, sample)
        else:
            total = weights[0] * sample[0]
            for weight, number in zip(weights[1:], sample[1:], strict=True):
                total = total + weight * number
        if bias is not None:
            total = total + bias
        return total if last else relu(total)
