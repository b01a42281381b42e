"""Exact closure of programs whose structure is known: conflicts between columns, or labels of nodes and pairs."""
