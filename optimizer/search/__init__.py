"""The search: what looks for plans and bounds.  Nothing that it says is believed before it is recounted."""
