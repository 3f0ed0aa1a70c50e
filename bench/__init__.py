"""Measurements of the product, each printed beside what it is compared with."""
