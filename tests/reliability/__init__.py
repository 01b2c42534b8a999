"""Attacks on the program, and what must hold under them."""
