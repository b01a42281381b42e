"""Infeasible or silly: why no plan counts, which rules clash, and the least that would mend it."""
