"""What a partner's team sees: what it is asked, and what was shared with it. No case is open here.

Words: inbox (ids, times and states only), paper (a request or disclosure, opened with an entry),
draft (typed and not sent). Doors in: actions.answer, confirm, open_request, open_disclosure;
drafts; pages under /asked and /shared; the API. Doors out: none.
"""
