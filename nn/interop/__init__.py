"""Models in other forms: files, and PyTorch."""
