"""An identity provider on loopback: discovery, keys, sign-in page, code for tokens, userinfo.

It is as strict as a real one (redirect address, client secret, code once, PKCE), and lies where a
test tells it to.
"""

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

Answer = tuple[int, dict[str, str], bytes]
WELL_KNOWN = "/.well-known/openid-configuration"


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def public(name: str) -> dict[str, Any]:
    shown: dict[str, Any] = jwt.algorithms.RSAAlgorithm.to_jwk(key(name).public_key(), as_dict=True)
    return shown | {"kid": name, "use": "sig", "alg": "RS256"}


def signed(claims: dict[str, Any]) -> str:
    return jwt.encode(claims, key("one"), algorithm="RS256", headers={"kid": "one"})


@dataclass
class Peer:
    url: str = ""
    client_id: str = "sobani at acme"
    secret: str = "s3cret of acme"
    person: dict[str, Any] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    """What the sign-in page was opened with."""
    called: list[str] = field(default_factory=list)
    forge: Callable[[dict[str, Any]], Any] = signed
    lies: dict[str, Answer | Callable[[], Answer]] = field(default_factory=dict)
    """By path: what is answered instead."""
    _codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def discovery(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
        }

    def claims(self, nonce: str) -> dict[str, Any]:
        now = int(time.time())
        about = {"iss": self.url, "aud": self.client_id, "iat": now, "exp": now + 300}
        return about | {"nonce": nonce} | self.person

    def get(self, path: str, query: dict[str, str]) -> Answer:
        if path == WELL_KNOWN:
            return as_json(self.discovery())
        if path == "/keys":
            return as_json({"keys": [public("one")]})
        if path == "/userinfo":
            return as_json(self.person)
        assert path == "/authorize", path
        return self._authorize(query)

    def _authorize(self, query: dict[str, str]) -> Answer:
        """The person has signed in here already."""
        self.asked.append(query)
        assert (query["response_type"], query["client_id"]) == ("code", self.client_id)
        code = secrets.token_urlsafe(16)
        self._codes[code] = query
        back = urlencode({"code": code, "state": query["state"]})
        return 302, {"Location": f"{query['redirect_uri']}?{back}"}, b""

    def post(self, path: str, form: dict[str, str]) -> Answer:
        assert path == "/token", path
        query = self._codes.pop(form.get("code", ""), None)
        if query is None or form["redirect_uri"] != query["redirect_uri"]:
            return as_json({"error": "invalid_grant"}, 400)
        if (form.get("client_id"), form.get("client_secret")) != (self.client_id, self.secret):
            return as_json({"error": "invalid_client"}, 401)
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(challenge).decode().rstrip("=") != query["code_challenge"]:
            return as_json({"error": "invalid_grant"}, 400)
        token = self.forge(self.claims(query["nonce"]))
        return as_json({"access_token": "opaque", "token_type": "Bearer", "id_token": token})


def as_json(what: Any, status: int = 200) -> Answer:
    return status, {"Content-Type": "application/json"}, json.dumps(what).encode()


def serving(peer: Peer, port: int) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            there = urlsplit(self.path)
            peer.called.append(there.path)
            self._send(peer.lies.get(there.path) or peer.get(there.path, flat(there.query)))

        def do_POST(self) -> None:
            form = self.rfile.read(int(self.headers["Content-Length"])).decode()
            peer.called.append(self.path)
            self._send(peer.lies.get(self.path) or peer.post(self.path, flat(form)))

        def _send(self, answer: Answer | Callable[[], Answer]) -> None:
            status, headers, body = answer() if callable(answer) else answer
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    peer.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    return server


def flat(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query).items()}
