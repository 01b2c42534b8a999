"""Tests of the evidence base."""
