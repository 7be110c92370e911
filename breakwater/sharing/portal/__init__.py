"""What a partner's team sees: what it is asked, and what was shared with it. No case is open here.

Words: inbox (ids, times and states only), paper (a request or disclosure, opened with an entry).
Doors in: actions.answer; pages under /asked and /shared; the API. Doors out: none.
"""
