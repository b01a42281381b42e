"""Compare: plans of one instance or of many set side by side, counted anew, as one table, charts and a map."""
