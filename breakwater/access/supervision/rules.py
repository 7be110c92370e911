"""When searching becomes unusual."""

# Knobs. Source: issue 3 ("searching for an unrelated known name repeatedly raises a flag"); the
# numbers are a local default, to be set by the area.
TIMES, DAYS = 3, 7
