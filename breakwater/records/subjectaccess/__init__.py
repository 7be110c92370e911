"""Subject access: what is held about somebody, theirs kept, other people's withheld, exported."""
