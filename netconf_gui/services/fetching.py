"""Getting YANG texts from a device: several get-schema requests at once, each text kept on disk.

Lives here: `SchemaFetcher`.  Does not live here: which texts are needed (`yang.resolver`), compiling (`yang.check`).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait

from netconf_gui.cancel import CancelToken
from netconf_gui.errors import AppError, Cancelled, RpcTimeout
from netconf_gui.protocol import operations
from netconf_gui.protocol.replies import Reply
from netconf_gui.services.events import Event, Progress
from netconf_gui.session.schemas import ModuleRef, get_schema, schema_text
from netconf_gui.session.session import Session
from netconf_gui.yang.cache import ModuleCache
from netconf_gui.yang.resolver import caching

Name = tuple[str, str | None]


class SchemaFetcher:
    """Texts of one device's modules; `fetch` is what the resolver asks.

    Texts are remembered per device software (`origin_of`), since vendors ship different texts under one revision.
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
        self._cached = caching(cache, self._ask, origin=self._origin)
        self.offered = session.capabilities.module("ietf-netconf-monitoring") is not None
        self.downloaded = 0

    def fetch(self, name: str, revision: str | None) -> bytes | None:
        """The text, from the cache or the device; None when the device cannot be asked for it; raises `AppError`."""
        return self._cached(name, revision)

    def prefetch(self, refs: Iterable[ModuleRef]) -> None:
        """Download what is not cached yet, several at once; what fails is told when it is fetched.

        Raises `Cancelled`, and what ends the session.
        """
        if not self.offered:
            return
        wanted: dict[Name, None] = {}
        for ref in refs:
            wanted[ref.name, ref.revision] = None
            wanted.update(dict.fromkeys(ref.submodules))
        missing = [
            key
            for key in wanted
            if key[1] and self._may_ask(key[0]) and self._cache.get(*key, origin=self._origin) is None
        ]
        self._download(missing)

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
                    name = waiting.popleft()
                    running[self._session.submit(operations.get_schema(*name), cancel=self._cancel)] = name
                ready, _ = wait((*running, stop), self._session.settings.rpc_timeout, FIRST_COMPLETED)
                if self._cancel is not None:
                    self._cancel.check()
                if not ready:
                    self._give_up(running)
                for future in ready:
                    self._take(running.pop(future), future)
                self._on_event(Progress("Fetching modules", len(names) - len(waiting) - len(running), len(names)))
        finally:
            for future in running:
                future.cancel()
            if remove is not None:
                remove()

    def _give_up(self, running: dict[Future[Reply], Name]) -> None:
        for future, (name, revision) in running.items():
            future.cancel()
            self._failed[name, revision] = RpcTimeout(f"The device did not answer get-schema of {name}.")
        running.clear()

    def _take(self, key: Name, future: Future[Reply]) -> None:
        try:
            text = schema_text(key[0], future.result(0))
        except CancelledError:
            return
        except AppError as error:
            if self._session.closed:
                raise
            self._failed[key] = error
            return
        self.downloaded += 1
        self._cache.store(*key, text, origin=self._origin)

    def _ask(self, name: str, revision: str | None) -> bytes | None:
        if not self._may_ask(name):
            return None
        failed = self._failed.get((name, revision))
        if failed is not None:
            raise failed
        self._on_event(Progress(f"Fetching {name}"))
        text = get_schema(self._session, name, revision, cancel=self._cancel)
        self.downloaded += 1
        return text


def origin_of(session: Session) -> str:
    """What tells one device's software from another: its host key (or address) and all that its hello announces."""
    peer = session.stream.peer
    who = peer.host_key.fingerprint if peer.host_key is not None else f"{peer.host}:{peer.port}"
    return "\n".join((who, *sorted(session.capabilities.uris)))
