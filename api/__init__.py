"""How people and machines reach the optimizer."""
