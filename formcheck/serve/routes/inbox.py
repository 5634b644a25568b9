"""The inbox: what came in, what needs a look."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from formcheck.serve.doors import TheCoach, TheDesk, need_token
from formcheck.serve.pages import page

router = APIRouter(dependencies=[Depends(need_token)])


@router.get("/", include_in_schema=False)
def inbox(request: Request, desk: TheDesk, coach: TheCoach) -> Response:
    """Show the sets, those that need a look first."""
    return page(request, "inbox.html.j2", coach=coach, sets=desk.store.sets())
