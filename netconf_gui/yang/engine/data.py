"""Questions about instance data, answered by libyang: valid or not, a value, an XPath, a difference.

Lives here: one method a question, bytes in and plain values out; nothing of libyang's is left behind when a method
returns.  Does not live here: contexts (`context`), requests and replies (`worker`).
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping

from netconf_gui.errors import MalformedMessage, SchemaError
from netconf_gui.yang.datatypes import quick_check
from netconf_gui.yang.engine.binding import LibraryError, LibYang, Pointer
from netconf_gui.yang.engine.context import Context
from netconf_gui.yang.engine.instance import Instance
from netconf_gui.yang.engine.operation import Requests
from netconf_gui.yang.engine.outline import LEAF, LEAF_LIST, Outline, OutlineNode
from netconf_gui.yang.engine.structure import Structure, tidy, translate, value_problem
from netconf_gui.yang.engine.validate import LIMIT, Validator
from netconf_gui.yang.problem import Problem

_XML = 1
_STRICT, _PARSE_ONLY = 0x020000, 0x010000
_PRESENT = 0x0002
_PRINT_SIBLINGS, _PRINT_SHRINK, _PRINT_ALL = 0x01, 0x02, 0x20
_FULL_RECURSION, _COMPARE_DEFAULTS, _DIFF_DEFAULTS = 0x01, 0x02, 0x01
_INCOMPLETE = 9


class DataEngine:
    """Answers for one context.

    `several_bases` are the data paths of identityref leafs with more than one base: the library is content with a
    value that is derived from one of them, RFC 7950, section 9.10.2, wants all.
    """

    def __init__(self, context: Context, several_bases: Iterable[str] = ()) -> None:
        self.context = context
        self.outline = Outline(context)
        found = (self.outline.find(path) for path in several_bases)
        self._validator = Validator(context, self.outline, [node for node in found if node is not None])
        self._yang: LibYang = context.yang
        self._requests: Requests | None = None

    @property
    def requests(self) -> Requests:
        """The judge of operations; made when first asked for."""
        if self._requests is None:
            self._requests = Requests(self.context)
        return self._requests

    def validate_request(self, data: bytes, dependencies: bytes, *, limit: int = LIMIT) -> list[Problem]:
        """The findings about one rpc or action, see `Requests.run`; b"" for no dependencies."""
        if not dependencies:
            return self.requests.run(data, None, limit=limit)
        with self._tree(dependencies, lenient=True) as holder:
            return self.requests.run(data, holder[0], limit=limit)

    def leaf_node(self, path: str) -> OutlineNode | None:
        """The node of a data path, or of the path of a parameter: ``/mod:rpc/input/leaf``."""
        return self.outline.find(path) or self.requests.outline.find(path)

    def validate(
        self,
        data: bytes,
        content: str,
        *,
        limit: int = LIMIT,
        first_only: bool = False,
        skip_structure: bool = False,
        musts: bool = True,
    ) -> list[Problem]:
        """The findings about the data, see `Validator.run`."""
        return self._validator.run(
            data, content, limit=limit, first_only=first_only, skip_structure=skip_structure, musts=musts
        )

    def _structure(self, instance: Instance, *, config: bool, limit: int = 1, empty_any: bool = True) -> Structure:
        structure = Structure(instance, self.outline, config=config, limit=limit, empty_any=empty_any)
        structure.run()
        return structure

    @contextlib.contextmanager
    def _tree(self, data: bytes, *, valid: bool = False, lenient: bool = False) -> Iterator[Pointer]:
        """The parsed data (`struct lyd_node **`, to NULL if there is none), freed afterwards.

        Without `valid` nothing is added and nothing but names and values is checked.  `lenient` leaves out what does
        not fit the schema, else that raises SchemaError.
        """
        instance = self._instance(data)
        # the library dies of some faulty data when it only parses: faults are sought first
        structure = self._structure(instance, config=False, empty_any=lenient)
        if structure.problems and not lenient:
            first = structure.problems[0]
            raise SchemaError(f"The data does not fit the schema: {first.message} ({first.path})")
        options = _STRICT if valid else _STRICT | _PARSE_ONLY
        holder = self._yang.ffi.new("struct lyd_node **")
        result = self._yang.lib.lyd_parse_data_mem(
            self.context.pointer, instance.text(), _XML, options, _PRESENT if valid else 0, holder
        )
        errors = self.context.errors()
        try:
            if result:
                raise SchemaError(f"The data is not valid: {_texts(errors)}")
            yield holder
        finally:
            self._yang.lib.lyd_free_all(holder[0])
            self.context.errors()

    def opened(self, data: bytes) -> contextlib.AbstractContextManager[Pointer]:
        """The data as a tree of the library, without what does not fit the schema; for questions of other modules."""
        return self._tree(data, lenient=True)

    def _instance(self, data: bytes) -> Instance:
        try:
            return Instance(data, self.outline)
        except MalformedMessage as error:
            raise SchemaError(error.message) from error

    def check_value(self, path: str, value: str, prefixes: Mapping[str | None, str]) -> tuple[Problem | None, str]:
        """(what is wrong with a value for the leaf at a data path, its canonical form).

        `prefixes` are those of the XML around.  Leafref targets and required instances are not looked for.
        """
        node = self.leaf_node(path)
        if node is None or node.kind not in (LEAF, LEAF_LIST):
            raise SchemaError(f"There is no leaf {path} in the schema.")
        found = value_problem(self.outline, node, value, prefixes)
        if found is not None:
            message, app_tag = found
            own = quick_check(self.outline.type_of(node), value)
            return Problem("error", path, own if message == f"{node.name} is {own}" and own else message, app_tag), ""
        given = translate(self.outline, value, prefixes) if self.outline.has_names(node) else value
        raw = given.encode()
        out = self._yang.ffi.new("const char **")
        lib, null = self._yang.lib, self._yang.null
        result = lib.lyd_value_validate(node.pointer, raw, len(raw), null, null, out)
        self.context.errors()
        return None, self._yang.text(out[0]) if result in (0, _INCOMPLETE) and out[0] != null else given

    def xpath(self, data: bytes, expression: str, limit: int) -> list[tuple[str, str | None]]:
        """(instance path, value or None) of the nodes that an XPath selects; prefixes are module names.

        Nodes that do not fit the schema are as if they were not there.
        """
        ffi, lib = self._yang.ffi, self._yang.lib
        with self._tree(data, lenient=True) as holder:
            if holder[0] == ffi.NULL:
                return []
            out = ffi.new("struct ly_set **")
            if lib.lyd_find_xpath(holder[0], expression.encode(), out):
                raise SchemaError(f"The XPath cannot be evaluated: {_texts(self.context.errors())}")
            try:
                count = min(out[0].count, limit)
                return [self._selected(out[0].dnodes[index]) for index in range(count)]
            finally:
                lib.ly_set_free(out[0], ffi.NULL)

    def _selected(self, node: Pointer) -> tuple[str, str | None]:
        path = self._yang.data_path(node)
        if node.schema == self._yang.null or node.schema.nodetype not in (LEAF, LEAF_LIST):
            return path, None
        ffi = self._yang.ffi
        value = ffi.addressof(ffi.cast("struct lyd_node_term *", node), "value")
        return path, self._yang.text(self._yang.lib.lyd_value_get_canonical(self.context.pointer, value))

    def diff(self, first: bytes, second: bytes, *, defaults: bool) -> bytes:
        """libyang's own difference, as XML with yang:operation attributes; empty if there is none."""
        with self._tree(first, valid=defaults) as one, self._tree(second, valid=defaults) as two:
            out = self._yang.ffi.new("struct lyd_node **")
            options = _DIFF_DEFAULTS if defaults else 0
            if self._yang.lib.lyd_diff_siblings(one[0], two[0], options, out):
                raise SchemaError(f"No difference can be made: {_texts(self.context.errors())}")
            try:
                return self._printed(out[0])
            finally:
                self._yang.lib.lyd_free_all(out[0])

    def apply_diff(self, data: bytes, second: bytes, target: bytes) -> bytes:
        """`data` with the difference from `second` to `target` applied, as XML in a `config` wrapper."""
        lib = self._yang.lib
        with self._tree(data) as tree, self._tree(second) as one, self._tree(target) as two:
            out = self._yang.ffi.new("struct lyd_node **")
            if lib.lyd_diff_siblings(one[0], two[0], 0, out):
                raise SchemaError(f"No difference can be made: {_texts(self.context.errors())}")
            try:
                if lib.lyd_diff_apply_all(tree, out[0]):
                    raise SchemaError(f"The difference cannot be applied: {_texts(self.context.errors())}")
                return self._printed(tree[0])
            finally:
                lib.lyd_free_all(out[0])

    def merge(self, target: bytes, source: bytes) -> bytes:
        """`source` merged into `target` by libyang, as XML in a `config` wrapper."""
        with self._tree(target) as into, self._tree(source) as other:
            if self._yang.lib.lyd_merge_siblings(into, other[0], 0):
                raise SchemaError(f"The data cannot be merged: {_texts(self.context.errors())}")
            return self._printed(into[0])

    def equal(self, first: bytes, second: bytes, *, defaults: bool) -> bool:
        """True if both are the same data; `defaults` tells nodes from equal implicit ones apart."""
        with self._tree(first, valid=not defaults) as one, self._tree(second, valid=not defaults) as two:
            options = _FULL_RECURSION | (_COMPARE_DEFAULTS if defaults else 0)
            return bool(self._yang.lib.lyd_compare_siblings(one[0], two[0], options) == 0)

    def with_defaults(self, data: bytes) -> bytes:
        """Valid data with all default values written out (report-all of RFC 6243)."""
        with self._tree(data, valid=True) as tree:
            return self._printed(tree[0], _PRINT_ALL)

    def _printed(self, node: Pointer, options: int = 0) -> bytes:
        if node == self._yang.null:
            return b""
        out = self._yang.ffi.new("char **")
        if self._yang.lib.lyd_print_mem(out, node, _XML, _PRINT_SIBLINGS | _PRINT_SHRINK | options):
            raise SchemaError(f"The result cannot be printed: {_texts(self.context.errors())}")
        return b"<config>" + self._yang.take_text(out[0]) + b"</config>"


def _texts(errors: list[LibraryError]) -> str:
    return "; ".join(tidy(error.message) for error in errors if error.level == 0) or "no reason is given."
