"""Side-by-side ratios against peers (``python -m benchmarks``): a folder per workload, a file per contestant."""
