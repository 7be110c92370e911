"""What the team is asked, and its answers. (begun)"""

from ninja import Router

router = Router(tags=["Requests"])
