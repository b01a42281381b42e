"""Policy help: what the points of the policy decide, and what a unit more of a limit or a quota could bring at most."""
