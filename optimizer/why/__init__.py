"""Why and why not: coded facts for each applicant and each lot, and what it would cost to grant somebody a site."""
