"""Minutes of a round and letters to its applicants, as PDF: what was decided, on paper."""
