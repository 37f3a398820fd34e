"""Training: the loop, its steps on Values and on arrays, and what happens around them."""
