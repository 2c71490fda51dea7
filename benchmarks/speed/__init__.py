"""How fast the product is beside its peers, and how it grows: see `python -m benchmarks.speed --help`.

Nothing is imported here: processes whose start is measured import this package.
"""
