"""A computation step by step: the list of steps, the words for them, and the stepper in the terminal."""
