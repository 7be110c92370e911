"""A past decision as it stood: what was known and from whom, by which rules, who had looked."""
