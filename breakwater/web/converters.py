"""Parts of an address."""


class RowNumber:
    """The number of a row: no larger than the database counts, so that any other is not found."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)
