"""Populations: traders and households as arrays (W, N), each stepped by one compiled pass a week."""
