"""Every plot: loss curves, learning rates, decision regions, activations, weights, gradient flow, diagnosis.

Each function returns a matplotlib ``Figure``: a notebook shows it, ``figure.savefig("name.svg")`` writes it.
"""
