"""Data files that come along, read with `importlib.resources`."""
