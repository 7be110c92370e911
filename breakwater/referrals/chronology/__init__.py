"""What was ever told, decided and done about a referral's children and household, in order of time.

Words: event (one line), tie (why another case's line stands here: surely or perhaps the same
person), pace (how often the children of this area are told of in 12 months, measured each night),
rising worry (a child's own count beside it).
Doors in: actions.open_chronology, jobs. Doors out: queries.rising_worry and the macro in
templates/referrals/rising.html, for the referral's page.
"""
