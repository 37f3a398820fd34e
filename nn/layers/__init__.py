"""Layers: everything a model is put together from."""
