"""What is worked out once: by one thread, while the others wait; of each function the last results."""

from __future__ import annotations

import time
from threading import Thread

import pytest

from embeddings.once import once


def test_of_threads_that_ask_at_once_one_works_it_out() -> None:
    calls, found = list[int](), list[int]()

    @once
    def slow(number: int) -> int:
        calls.append(number)
        time.sleep(0.05)
        return number + 1

    threads = [Thread(target=lambda: found.append(slow(1))) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (calls, found) == ([1], [2] * 5)


def test_the_last_results_are_kept_and_no_exception_is() -> None:
    calls: list[int] = []

    @once
    def half(number: int) -> int:
        calls.append(number)
        if number % 2:
            raise ValueError(f"{number} is odd")
        return number // 2

    for _ in range(2):
        with pytest.raises(ValueError, match="1 is odd"):
            half(1)
    assert [half(2), half(4), half(2), half(6), half(2), half(4)] == [1, 2, 1, 3, 1, 2]
    assert calls == [1, 1, 2, 4, 6, 4]
