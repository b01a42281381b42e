"""What if: changes to an instance, the variant that they make, and what is different in its plan."""
