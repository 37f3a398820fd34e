"""Looking at a model and its training: diagnosis, metrics, plots, and the player."""
