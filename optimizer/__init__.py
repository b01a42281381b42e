"""From an instance to a proven plan: sites, program, search, certificate, check; knows nothing of HTTP or storage."""
