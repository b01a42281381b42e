"""What a problem is: zone, applicants and policy, read, checked and written; nothing of solving."""
