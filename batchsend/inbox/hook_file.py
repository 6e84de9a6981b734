"""The secrets of our subscriptions: a file beside the ledger that only its owner can read, so the ledger holds none."""

import json
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from batchsend.errors import LedgerError
from batchsend.settings import Secret


@dataclass(frozen=True, slots=True)
class Hook:
    """A subscription of ours. id: the gateway's own. target: the address it posts to."""

    id: str
    target: str
    secret: Secret


class HookFile:
    """place: a project of a gateway, see tiledesk_hooks.place_of. Raises LedgerError when the file cannot be used."""

    def __init__(self, ledger: Path) -> None:
        self.path = Path(f"{ledger}.hooks.json")

    def find(self, place: str) -> Hook | None:
        kept = self._read().get(place)
        return None if kept is None else Hook(kept["id"], kept["target"], Secret(kept["secret"]))

    def keep(self, place: str, hook: Hook) -> None:
        self._write({**self._read(), place: {"id": hook.id, "target": hook.target, "secret": hook.secret.reveal()}})

    def forget(self, place: str) -> None:
        self._write({other: hook for other, hook in self._read().items() if other != place})

    def _read(self) -> dict[str, dict[str, str]]:
        try:
            kept: dict[str, Any] = json.loads(self.path.read_bytes())
            if all({"id", "target", "secret"} <= hook.keys() for hook in kept.values()):
                return kept
            why = "it holds something else"
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, AttributeError) as error:
            why = str(error)
        raise LedgerError(
            f"The file {self.path} cannot be read: {why}.",
            "Move it away, and subscribe again: batchsend replies subscribe",
        )

    def _write(self, hooks: Mapping[str, Mapping[str, str]]) -> None:
        """Whole or not at all."""
        draft = self.path.with_name(f"{self.path.name}.{secrets.token_hex(4)}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
                json.dump(hooks, file, indent=1)
            draft.replace(self.path)
        except OSError as error:
            with suppress(OSError):
                draft.unlink(missing_ok=True)
            raise LedgerError(f"The secret cannot be kept in {self.path}: {error.strerror or error}.") from None
