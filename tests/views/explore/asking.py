"""Requests to a served page, as a browser or an attacker sends them."""

import base64
import http.client
import json
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import numpy as np

from regionsim.views.explore.explorer import Explorer


class Said(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        return json.loads(self.body)

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(each[6:]) for each in self.body.decode().split("\n\n") if each]


def ask(explorer: Explorer, path: str, data: Any = None, *, method: str = "POST", **more: str | None) -> Said:
    """Ask with the right token and host, unless `more` names other headers; None leaves one out."""
    parts = urlsplit(explorer.address)
    headers: dict[str, str | None] = {"Host": parts.netloc, "X-Regionsim-Token": parse_qs(parts.query)["token"][0]}
    headers |= {name.replace("_", "-"): value for name, value in more.items()}
    body = data if isinstance(data, bytes) else b"" if data is None else json.dumps(data).encode()
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in ({"Content-Length": str(len(body))} | headers).items():
            if value is not None:
                connection.putheader(name, value)
        connection.endheaders(body)
        answer = connection.getresponse()
        return Said(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
    finally:
        connection.close()


def values_of(events: list[dict[str, Any]], channels: int, worlds: int, points: int) -> Any:
    """The values in a stream's parts, (channels, worlds, points)."""
    values = np.full((channels, worlds, points), np.nan, dtype=np.float32)
    for part in (each for each in events if each["type"] == "part"):
        w, t, shape = part["world"], part["point"], (channels, part["worlds"], part["points"])
        sent = np.frombuffer(base64.b64decode(part["values"]), "<f4").reshape(shape)
        values[:, w : w + shape[1], t : t + shape[2]] = sent
    return values
