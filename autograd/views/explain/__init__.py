"""Why a gradient is what it is: sums over paths, derivations, and a diagnosis."""
