"""A command that is told to end takes away what it has half written."""

from __future__ import annotations

import signal
import threading
from collections.abc import Generator
from contextlib import contextmanager

_ENDINGS = (signal.SIGTERM, signal.SIGHUP)


@contextmanager
def ended_as_by_ctrl_c() -> Generator[None]:
    """Meanwhile SIGTERM and a lost terminal end the command as ctrl-c does.

    They would end it at once else, and what it was writing would stay: grades, under a name that
    nobody looks for. Who has them ignored (``nohup``) is not ended.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ours = [each for each in _ENDINGS if signal.getsignal(each) is signal.SIG_DFL]
    for each in ours:
        signal.signal(each, signal.default_int_handler)
    try:
        yield
    finally:
        for each in ours:
            signal.signal(each, signal.SIG_DFL)
