"""Every plot: loss curves, learning rates, decision regions, activations, weights, gradient flow, diagnosis.

Each function returns a matplotlib ``Figure``: a notebook shows it, ``figure.savefig("name.svg")`` writes it.
"""

from nn.inspect.plots.curves import plot_history as plot_history
from nn.inspect.plots.curves import plot_learning_rates as plot_learning_rates
from nn.inspect.plots.layers import plot_activations as plot_activations
from nn.inspect.plots.layers import plot_diagnosis as plot_diagnosis
from nn.inspect.plots.layers import plot_gradient_flow as plot_gradient_flow
from nn.inspect.plots.layers import plot_weights as plot_weights
from nn.inspect.plots.regions import plot_decision_regions as plot_decision_regions
