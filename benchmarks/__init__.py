"""Side by side with the plain solvers, in one run on one machine."""
