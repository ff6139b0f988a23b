"""A passkey in software: makes a key and signs with it as a browser and its device would (W3C Web Authentication)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

HOST = "localhost"
Flag = AuthenticatorData.FLAG
VERIFIED = Flag.UP | Flag.UV


class SoftwarePasskey:
    """One passkey for one site. `knows_holder` is whether it asked for a finger or a PIN."""

    def __init__(self, *, knows_holder: bool = True) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.own_id = b"a passkey in software" + self.key.public_key().public_numbers().x.to_bytes(32, "big")[:8]
        self.flags = VERIFIED if knows_holder else Flag.UP
        self.holder = ""

    def create(self, options: dict[str, Any]) -> str:
        """Answer `navigator.credentials.create` as JSON."""
        asked = options["publicKey"]
        self.holder = asked["user"]["id"]
        public = AttestedCredentialData.create(
            Aaguid(b"\0" * 16), self.own_id, ES256.from_cryptography_key(self.key.public_key())
        )
        data = AuthenticatorData.create(self._site(), self.flags | Flag.AT, 1, bytes(public))
        attestation = AttestationObject.create("none", data, {})
        said = self._client_data("webauthn.create", asked["challenge"])
        response = {"clientDataJSON": websafe_encode(said), "attestationObject": websafe_encode(bytes(attestation))}
        return self._answer(response)

    def get(self, options: dict[str, Any]) -> str:
        """Answer `navigator.credentials.get` as JSON."""
        data = bytes(AuthenticatorData.create(self._site(), self.flags, 2))
        said = self._client_data("webauthn.get", options["publicKey"]["challenge"])
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {
                "clientDataJSON": websafe_encode(said),
                "authenticatorData": websafe_encode(data),
                "signature": websafe_encode(signature),
                "userHandle": self.holder,
            }
        )

    def _answer(self, response: dict[str, str]) -> str:
        own_id = websafe_encode(self.own_id)
        return json.dumps({"id": own_id, "rawId": own_id, "type": "public-key", "response": response})

    def _site(self) -> bytes:
        return hashlib.sha256(HOST.encode()).digest()

    def _client_data(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": f"http://{HOST}"}).encode()
