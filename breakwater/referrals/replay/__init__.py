"""A past decision as it stood when it was made: what it rested on, written then and never changed.

Words: basis (what was known and from whom, the facts and the rules that fired, sealed with the
decision). What came later, of links, rules, clocks and worries, has no place here.
Doors in: none. Doors out: basis.known_then, queries.
"""
