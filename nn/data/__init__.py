"""Data: data sets, batches, and what a sample and a batch are."""
