"""How pages look and how forms behave: GOV.UK layout, components and form kit.

Knows nothing of what the hub is for: no word of its domain, no import of another room.
Doors in: templates extend `web/layout.html` and take macros from `web/components/`; forms are
`breakwater.web.forms.GovForm`, drawn by `field(...)` and `gov_form(...)`. `handlers` answers when a
page fails; `middleware` sets headers and logs requests.
"""
