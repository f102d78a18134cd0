"""A BMC with a Redfish service for tests: one server, which is a QEMU that boots what has been inserted.

It answers the resources that virtual media need, and refuses what DMTF's schemas do not allow: parameters of
VirtualMedia.InsertMedia (VirtualMedia v1.6), the properties of Boot (ComputerSystem v1.20), kinds of reset (Resource).
"""

import base64
import json
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

USER, PASSWORD = "admin", "secret"
_SYSTEM, _DRIVE = "/redfish/v1/Systems/1", "/VirtualMedia/Cd"
_ETAG = 'W/"1"'
_INSERT = {"Image", "Inserted", "MediaType", "Password", "TransferMethod", "TransferProtocolType", "UserName", "WriteProtected"}
_BOOT = {
    "BootSourceOverrideTarget": {"None", "Pxe", "Floppy", "Cd", "Usb", "Hdd", "BiosSetup", "Utilities", "Diags", "UefiShell",
                                 "UefiTarget", "SDCard", "UefiHttp", "RemoteDrive", "UefiBootNext", "Recovery"},
    "BootSourceOverrideEnabled": {"Disabled", "Once", "Continuous"},
    "BootSourceOverrideMode": {"Legacy", "UEFI"},
}
_RESETS = {"On", "ForceOff", "GracefulShutdown", "GracefulRestart", "ForceRestart", "Nmi", "ForceOn", "PushPowerButton",
           "PowerCycle", "Suspend", "Pause", "Resume"}


class Refusal(Exception):
    """A request that the service refuses: the status, and the words for it."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(words)
        self.status = status


@dataclass
class Bmc:
    """What the service knows, and what was asked of it."""

    boot: Callable[[bytes], None]  # starts the server from the image
    in_manager: bool = False  # virtual media of older services are the manager's
    power: str = "Off"
    image: str = ""
    has_cd: bool = True
    target: str = "None"
    polls: int = 2  # how many reads it takes until an image is inserted
    asked: list[tuple[str, str]] = field(default_factory=list)

    @property
    def drive(self) -> str:
        """Return the path of the virtual CD drive."""
        return ("/redfish/v1/Managers/bmc" if self.in_manager else _SYSTEM) + _DRIVE

    def get(self, path: str) -> dict[str, Any]:
        """Return a resource."""
        drives = {"VirtualMedia": {"@odata.id": self.drive.removesuffix("/Cd")}}
        resources: dict[str, dict[str, Any]] = {
            "/redfish/v1/": {"Systems": {"@odata.id": "/redfish/v1/Systems"}},
            "/redfish/v1/Systems": {"Members": [{"@odata.id": _SYSTEM}]},
            _SYSTEM: {
                "Id": "1", "PowerState": self.power, "Links": {"ManagedBy": [{"@odata.id": "/redfish/v1/Managers/bmc"}]},
                "Actions": {"#ComputerSystem.Reset": {"target": f"{_SYSTEM}/Actions/ComputerSystem.Reset"}},
                **({} if self.in_manager else drives),
            },
            "/redfish/v1/Managers/bmc": {"Id": "bmc", **(drives if self.in_manager else {})},
            self.drive.removesuffix("/Cd"): {"Members": [{"@odata.id": self.drive}] if self.has_cd else []},
            self.drive: {"MediaTypes": ["CD", "DVD"], "Inserted": self._inserted(path), "Image": self.image, "Actions": {
                f"#VirtualMedia.{name}": {"target": f"{self.drive}/Actions/VirtualMedia.{name}"}
                for name in ("InsertMedia", "EjectMedia")
            }},
        }
        if path not in resources:
            raise Refusal(404, f"no resource {path}")
        return {"@odata.id": path, **resources[path]}

    def _inserted(self, path: str) -> bool:
        self.polls -= bool(self.image) and path == self.drive
        return bool(self.image) and self.polls < 0

    def post(self, path: str, body: dict[str, Any]) -> None:
        """Carry out an action."""
        if path == f"{self.drive}/Actions/VirtualMedia.InsertMedia":
            if self.image or body.keys() - _INSERT or not str(body["Image"]).startswith("http://"):
                raise Refusal(400, f"this cannot be inserted: {body}")
            self.image = body["Image"]
        elif path == f"{self.drive}/Actions/VirtualMedia.EjectMedia":
            self.image = ""
        elif path == f"{_SYSTEM}/Actions/ComputerSystem.Reset":
            if body.keys() != {"ResetType"} or body["ResetType"] not in _RESETS:
                raise Refusal(400, f"no such reset: {body}")
            self._reset(body["ResetType"])
        else:
            raise Refusal(404, f"no action {path}")

    def _reset(self, kind: str) -> None:
        if kind != ("On" if self.power == "Off" else "ForceRestart"):
            raise Refusal(409, f"the server is {self.power}")
        self.power = "On"
        if self.target == "Cd" and self.image:
            with urllib.request.urlopen(self.image, timeout=30) as answer:
                self.boot(answer.read())
        self.target = "None"  # "Once"

    def patch(self, path: str, body: dict[str, Any], etag: str) -> None:
        """Set what boots next."""
        boot = body.get("Boot", {})
        if path != _SYSTEM or body.keys() != {"Boot"} or any(value not in _BOOT.get(key, ()) for key, value in boot.items()):
            raise Refusal(400, f"this cannot be set: {body}")
        if etag != _ETAG:
            raise Refusal(412, "no If-Match")
        self.target = boot["BootSourceOverrideTarget"]


class _Handler(BaseHTTPRequestHandler):
    bmc: Bmc

    def _answer(self, handle: Callable[[], dict[str, Any] | None]) -> None:
        self.bmc.asked.append((self.command, self.path))
        status, said = 200, None
        try:
            if self.headers["Authorization"] != "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode():
                raise Refusal(401, "wrong user or password")
            said = handle()
        except Refusal as refusal:
            message = {"MessageId": "Base.1.8.GeneralError", "Message": str(refusal)}
            status, said = refusal.status, {"error": {"code": "x", "message": "see", "@Message.ExtendedInfo": [message]}}
        body = b"" if said is None else json.dumps(said).encode()
        self.send_response(status if said is not None else 204)
        self.send_header("Content-Type", "application/json")
        self.send_header("ETag", _ETAG)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _body(self) -> dict[str, Any]:
        if self.headers["Content-Type"] != "application/json":
            raise Refusal(415, "no JSON")
        body: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        return body

    def do_GET(self) -> None:  # pylint: disable=invalid-name  # http.server calls it by this name
        """Answer GET."""
        self._answer(lambda: self.bmc.get(self.path))

    def do_POST(self) -> None:  # pylint: disable=invalid-name
        """Answer POST."""
        self._answer(lambda: self.bmc.post(self.path, self._body()))

    def do_PATCH(self) -> None:  # pylint: disable=invalid-name
        """Answer PATCH."""
        self._answer(lambda: self.bmc.patch(self.path, self._body(), self.headers["If-Match"] or ""))

    def log_message(self, format: str, *args: object) -> None:  # pylint: disable=redefined-builtin
        """Print nothing."""


@contextmanager
def serving(bmc: Bmc) -> Iterator[str]:
    """Serve on a free port; yield the address."""
    handler = type("Handler", (_Handler,), {"bmc": bmc})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
