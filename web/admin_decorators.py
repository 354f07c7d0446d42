"""unfold's decorators of columns and actions, which have no types of their own."""

from collections.abc import Callable
from typing import Any, TypeVar

from unfold import decorators

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def display(**options: Any) -> Callable[[Decorated], Decorated]:
    decorator: Callable[[Decorated], Decorated] = decorators.display(**options)
    return decorator


def action(**options: Any) -> Callable[[Decorated], Decorated]:
    decorator: Callable[[Decorated], Decorated] = decorators.action(**options)
    return decorator
