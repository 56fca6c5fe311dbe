"""HTTP: health, and what chat adapters serve."""
