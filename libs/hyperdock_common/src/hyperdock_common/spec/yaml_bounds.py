"""What a YAML text may not make the reader do: of little text, much work or memory."""

from typing import Any, Final

from ruamel.yaml.composer import Composer
from ruamel.yaml.constructor import SafeConstructor
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

_MOST_MERGED: Final = 100_000
_LONGEST_NUMBER: Final = 400
_MERGE: Final = "tag:yaml.org,2002:merge"
_INT: Final = "tag:yaml.org,2002:int"


class Composing(Composer):
    """Does not warn of anchors that are used twice: nobody reads that, and it is kept for ever."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.warn_double_anchors = False


class Constructing(SafeConstructor):
    """Bounds what `<<` brings together, and how long a number is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._merged = 0

    def flatten_mapping(self, node: Any) -> Any:
        """Brings in what `<<` names, once its amount is known.

        Raises:
            ValueError: it is too much.
        """
        for key, value in node.value:
            if key.tag == _MERGE:
                self._count(value)
        return super().flatten_mapping(node)

    def construct_yaml_int(self, node: Any) -> int:
        """The number.

        Raises:
            ValueError: it has too many digits: later nobody could even write it down.
        """
        if len(node.value) > _LONGEST_NUMBER:
            raise ValueError(f"a number has more than {_LONGEST_NUMBER} digits")
        return super().construct_yaml_int(node)

    def _count(self, merged: Node) -> None:
        each = merged.value if isinstance(merged, SequenceNode) else [merged]
        for mapping in each:
            if isinstance(mapping, MappingNode):
                self.flatten_mapping(mapping)
                self._merged += len(mapping.value)
            if self._merged > _MOST_MERGED:
                raise ValueError(f"`<<` brings in more than {_MOST_MERGED} values")


Constructing.add_constructor(_INT, Constructing.construct_yaml_int)
