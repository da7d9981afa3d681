"""Getting YANG texts from a device: several get-schema requests at once, each text kept on disk.

Lives here: `SchemaFetcher`.  Does not live here: which texts are needed (`yang.resolver`), compiling (`yang.check`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import AppError, Cancelled, RpcTimeout, SchemaError
from netconf_gui.protocol import operations
from netconf_gui.protocol.replies import Reply
from netconf_gui.services.events import Event, Progress
from netconf_gui.session.schemas import schema_text
from netconf_gui.session.session import Session
from netconf_gui.yang.cache import ModuleCache, sha256
from netconf_gui.yang.resolver import is_yang

Name = tuple[str, str | None]
FLUSH_EVERY = 25  # texts, after which the list of what is there is written


class SchemaFetcher:
    """Texts of one device's modules; `fetch` and `prefetch` are what the resolver asks.

    Texts are remembered per device software (`origin_of`), since vendors ship different texts under one revision.
    Each is kept on disk as it arrives, so that a fetch that was interrupted goes on where it was.
    """

    def __init__(
        self,
        session: Session,
        cache: ModuleCache,
        *,
        parallel: int = 8,
        cancel: CancelToken | None = None,
        on_event: Callable[[Event], None] | None = None,
    ) -> None:
        self._session = session
        self._cache = cache
        self._origin = origin_of(session)
        self._parallel = max(1, parallel)
        self._cancel = cancel
        self._on_event = on_event or (lambda event: None)
        self._failed: dict[Name, AppError] = {}
        self._got: dict[Name, bytes] = {}
        self.offered = session.capabilities.module("ietf-netconf-monitoring") is not None
        self.downloaded = 0
        self.refused = 0
        self.fresh: set[str] = set()
        """SHA-256 of the texts that came from the device this time; all others were in the cache."""

    def fetch(self, name: str, revision: str | None) -> bytes | None:
        """The text, from the cache or the device; None when the device cannot be asked for it; raises `AppError`."""
        key = (name, revision)
        text = self._known(key)
        if text is None and self.offered and not self._may_ask(name):
            raise SchemaError("not asked of this device, which ends the session when it is")
        if text is None and self._may_ask(name):
            if key not in self._failed:
                self._download([key])
            if key in self._failed:
                raise self._failed[key]
            text = self._got.get(key)
        return text

    def prefetch(self, names: Iterable[Name]) -> None:
        """Download what is not known yet, several at once; what fails is told when it is fetched.

        Raises `Cancelled`, and what ends the session.
        """
        missing = [key for key in names if self._may_ask(key[0]) and self._known(key) is None]
        if missing:
            self._download(missing)

    def finish(self) -> None:
        """All was had: what is named without a revision is asked for again next time, it may be another text then."""
        self._cache.forget_unfinished(self._origin)

    def _known(self, key: Name) -> bytes | None:
        text = self._got.get(key)
        if text is None:
            text = self._cache.get(*key, origin=self._origin)
            if text is not None:
                self._got[key] = text
        return text

    def _may_ask(self, name: str) -> bool:
        return self.offered and name not in self._session.profile.unservable_schemas

    def _download(self, names: list[Name]) -> None:
        waiting = deque(names)
        running: dict[Future[Reply], Name] = {}
        stop: Future[Reply] = Future()
        remove = self._cancel.on_cancel(lambda: stop.set_exception(Cancelled())) if self._cancel is not None else None
        try:
            while waiting or running:
                while waiting and len(running) < self._parallel:
                    key = waiting.popleft()
                    running[self._session.submit(operations.get_schema(*key), cancel=self._cancel)] = key
                ready, _ = wait((*running, stop), self._session.settings.rpc_timeout, FIRST_COMPLETED)
                came = {future: running.pop(future) for future in ready if future is not stop}
                self._take_all(came)
                if self._cancel is not None:
                    self._cancel.check()
                if not ready:
                    self._give_up(running)
                done = len(names) - len(waiting) - len(running) - len(came)
                for number, (name, _) in enumerate(came.values(), done + 1):
                    self._on_event(Progress(f"Fetching {name}", number, len(names)))
        finally:
            for future in running:
                future.cancel()
            if remove is not None:
                remove()
            self._cache.flush(self._origin)

    def _give_up(self, running: dict[Future[Reply], Name]) -> None:
        for future, (name, revision) in running.items():
            future.cancel()
            self._failed[name, revision] = RpcTimeout(f"The device did not answer get-schema of {name}.")
        running.clear()

    def _take_all(self, ready: dict[Future[Reply], Name]) -> None:
        """Keep what came; raises what ended the session, once the rest is kept."""
        lost: AppError | None = None
        for future, key in ready.items():
            try:
                self._keep(key, schema_text(key[0], future.result(0)))
            except CancelledError:
                continue
            except AppError as error:
                if self._session.closed:
                    lost = error
                elif not isinstance(error, Cancelled):
                    self._failed[key] = error
                    self.refused += 1
        if lost is not None:
            raise lost

    def _keep(self, key: Name, text: bytes) -> None:
        self.downloaded += 1
        self._got[key] = text
        self.fresh.add(sha256(text))
        if is_yang(text):
            self._cache.store(*key, text, origin=self._origin, flush=self.downloaded % FLUSH_EVERY == 0)


def origin_of(session: Session) -> str:
    """What tells one device's software from another: its host key (or address) and all that its hello announces."""
    peer = session.stream.peer
    who = peer.proof or f"{peer.host}:{peer.port}"
    return "\n".join((who, *sorted(session.capabilities.uris)))
