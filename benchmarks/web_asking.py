"""People who ask the web app over REST, streaming, at the same time."""

import asyncio
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass

import httpx

PATIENCE = 600.0  # seconds; a wait is measured, not cut short


@dataclass(frozen=True, slots=True)
class Outcome:
    """Seconds until the first words and until the whole answer, or what went wrong."""

    first: float
    full: float
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Asker:
    """Asks the server at `address`, such as "http://127.0.0.1:7860"."""

    address: str

    async def ask(self, client: httpx.AsyncClient, question: str) -> Outcome:
        """Return what became of a question."""
        began = time.perf_counter()
        first = 0.0
        event = ""
        try:
            async with client.stream(
                "POST",
                f"{self.address}/api/v1/ask",
                json={"question": question},
                headers={"Accept": "text/event-stream"},
            ) as response:
                response.raise_for_status()
                async for line in response.aiter_lines():
                    if line.startswith("event: "):
                        event = line.removeprefix("event: ")
                    elif line.startswith("data: ") and event in ("answer", "complete"):
                        first = first or time.perf_counter() - began
                    elif line.startswith("data: ") and event == "error":
                        told = json.loads(line.removeprefix("data: "))["detail"]
                        return Outcome(0.0, 0.0, str(told))
        except httpx.HTTPError as error:
            return Outcome(0.0, 0.0, f"{type(error).__name__}: {error}")
        if event != "complete":
            return Outcome(0.0, 0.0, "The stream ended before the answer did.")
        return Outcome(first, time.perf_counter() - began)


def ask_together(
    asker: Asker, people: int, questions: Sequence[str], think: float
) -> list[Outcome]:
    """Share `questions` out to `people` who begin together, and return all outcomes.

    Each pauses `think` seconds between two questions; with a pause, they begin spread over one.
    """

    async def person(client: httpx.AsyncClient, number: int) -> list[Outcome]:
        outcomes = []
        await asyncio.sleep(think * number / people)
        for question in questions[number::people]:
            outcomes.append(await asker.ask(client, question))
            await asyncio.sleep(think)
        return outcomes

    async def everybody() -> list[list[Outcome]]:
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=people)
        async with httpx.AsyncClient(timeout=PATIENCE, limits=limits, trust_env=False) as client:
            return await asyncio.gather(*(person(client, number) for number in range(people)))

    return [outcome for outcomes in asyncio.run(everybody()) for outcome in outcomes]
