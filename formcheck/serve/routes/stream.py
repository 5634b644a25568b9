"""What happens, told to open pages as it does: server-sent events."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator

from fastapi import APIRouter
from sse_starlette.sse import EventSourceResponse

from formcheck.serve.doors import TheCoach, TheDesk

PING_S = 15

router = APIRouter()


@router.get("/events", include_in_schema=False)
async def events(desk: TheDesk, coach: TheCoach) -> EventSourceResponse:  # noqa: ARG001
    """Tell a coach's page what is being judged."""

    async def told() -> AsyncIterator[dict[str, str]]:
        for one in list(desk.queue.doing.values()):
            yield {"data": json.dumps(one)}
        async for event in desk.bell.listen():
            yield {"data": json.dumps(event)}

    return EventSourceResponse(told(), ping=PING_S)
