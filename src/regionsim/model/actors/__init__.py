"""Actors: state organs that choose, and armed groups that fight, recruit and keep or break truces."""
