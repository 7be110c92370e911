"""Settings files of a node and of the key holder (TOML); docs/node.md shows them whole."""

import tomllib
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from breakwater.sharing.node import wire
from breakwater.sharing.node.keys import KeyProblem, public_key

NAME = r"^[a-z0-9][a-z0-9.-]{0,62}$"
_Name = Annotated[str, Field(pattern=NAME)]
_Limit = Annotated[int, Field(ge=1)]


class SettingsProblem(Exception):
    """A settings file that cannot be used; the words name file and field."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Service(_Strict):
    name: _Name
    listen: Annotated[str, Field(pattern=r"^(\[[0-9a-f:]+\]|[a-z0-9.-]+):[0-9]{1,5}$")]
    data: Path
    workers: Annotated[int, Field(ge=1, le=64)] = 1

    @property
    def address(self) -> tuple[str, int]:
        host, _, port = self.listen.rpartition(":")
        return host.strip("[]"), int(port)


class Hub(_Strict):
    """Who may ask, and where the index goes; `sign` is its public key."""

    name: _Name
    url: str
    sign: str

    @field_validator("url")
    @classmethod
    def _url(cls, value: str) -> str:
        return wire.checked_url(value, "it")

    @field_validator("sign")
    @classmethod
    def _sign(cls, value: str) -> str:
        return _key(value)


class KeyHolder(_Strict):
    """Where the words are asked, and the public key that its proofs must hold under."""

    name: _Name
    url: str
    oprf: str

    @field_validator("url")
    @classmethod
    def _url(cls, value: str) -> str:
        return wire.checked_url(value, "it")

    @field_validator("oprf")
    @classmethod
    def _oprf(cls, value: str) -> str:
        return _key(value)


class QueryLimits(_Strict):
    queries_an_hour: _Limit = 120
    queries_a_day: _Limit = 600
    closed: bool = False  # answer nobody for now


class NodeSettings(_Service):
    signing_key: Path
    oprf_key: Path
    people: Path
    hub: Hub
    key_holder: KeyHolder
    limits: QueryLimits = QueryLimits()


class Caller(_Strict):
    """A hub or node that may have words evaluated. A million people have some ten million words."""

    name: _Name
    sign: str
    elements_an_hour: _Limit = 20_000_000
    elements_a_day: _Limit = 60_000_000

    @field_validator("sign")
    @classmethod
    def _sign(cls, value: str) -> str:
        return _key(value)


class HolderSettings(_Service):
    oprf_key: Path
    callers: Annotated[tuple[Caller, ...], Field(min_length=1)]


_Settings = TypeVar("_Settings", bound=_Service)


def read(path: Path, kind: type[_Settings]) -> _Settings:
    """Read a settings file; paths in it are from where it lies."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        found = kind.model_validate(told)
    except OSError as problem:
        raise SettingsProblem(f"{path} cannot be read: {problem.strerror}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as problem:
        raise SettingsProblem(f"{path} is not TOML: {str(problem).splitlines()[0]}") from None
    except ValidationError as problems:
        raise SettingsProblem("\n".join(_words(path, problems))) from None
    beside = {
        name: path.parent / value
        for name in ("data", "people", "signing_key", "oprf_key")
        if isinstance(value := getattr(found, name, None), Path)
    }
    return found.model_copy(update=beside)


def _words(path: Path, problems: ValidationError) -> list[str]:
    return [
        f"{path}: {'.'.join(str(part) for part in one['loc'])}: {one['msg']}"
        for one in problems.errors(include_input=False, include_url=False)
    ]


def _key(value: str) -> str:
    try:
        public_key(value, "it")
    except KeyProblem as problem:
        raise ValueError(str(problem)) from None
    return value
