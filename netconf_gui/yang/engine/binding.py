"""libyang through cffi in ABI mode: declarations made from `layout`, the loaded library, and small readers.

Lives here: everything that knows C (struct access, sized arrays, error items, memory that must be freed).  The rest
of the engine sees Python values and opaque pointers.  cffi releases the GIL during every call.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cffi

from netconf_gui.errors import SchemaError
from netconf_gui.yang.engine.layout import STRUCTS, Layout

Pointer = Any
"""A cffi pointer; cffi has no static types."""

FUNCTIONS = """
typedef int (*ly_module_imp_clb)(const char *, const char *, const char *, const char *, void *, int *, const char **,
  void **);
int ly_ctx_new(const char *search_dir, uint32_t options, struct ly_ctx **new_ctx);
void ly_ctx_destroy(struct ly_ctx *ctx);
struct lys_module *ly_ctx_load_module(struct ly_ctx *, const char *name, const char *revision, const char **features);
int ly_ctx_compile(struct ly_ctx *ctx);
struct lys_module *ly_ctx_get_module_iter(const struct ly_ctx *ctx, uint32_t *index);
void ly_ctx_set_module_imp_clb(struct ly_ctx *ctx, ly_module_imp_clb clb, void *user_data);
int lys_feature_value(const struct lys_module *module, const char *feature);
const struct lysc_node *lys_find_path(const struct ly_ctx *, const struct lysc_node *, const char *path, uint8_t);
const struct lysc_node *lysc_node_child(const struct lysc_node *node);
struct lysc_must *lysc_node_musts(const struct lysc_node *node);
struct lysc_when **lysc_node_when(const struct lysc_node *node);
const struct lysc_node_action *lysc_node_actions(const struct lysc_node *node);
const struct lysc_node_notif *lysc_node_notifs(const struct lysc_node *node);
const char *lyxp_get_expr(const struct lyxp_expr *path);
int lyd_parse_data_mem(const struct ly_ctx *, const char *data, int format, uint32_t parse_options,
  uint32_t validate_options, struct lyd_node **tree);
int lyd_parse_op(const struct ly_ctx *ctx, struct lyd_node *parent, struct ly_in *in, int format, int data_type,
  uint32_t parse_options, struct lyd_node **tree, struct lyd_node **op);
int ly_in_new_memory(const char *str, struct ly_in **in);
void ly_in_free(struct ly_in *in, uint8_t destroy);
int lyd_validate_op(struct lyd_node *op_tree, const struct lyd_node *dep_tree, int data_type, struct lyd_node **diff);
int lyd_print_mem(char **strp, const struct lyd_node *root, int format, uint32_t options);
int lyd_validate_all(struct lyd_node **tree, const struct ly_ctx *ctx, uint32_t val_opts, struct lyd_node **diff);
int lyd_value_validate(const struct lysc_node *schema, const char *value, uint32_t value_len,
  const struct lyd_node *ctx_node, const struct lysc_type **realtype, const char **canonical);
void lyd_free_all(struct lyd_node *node);
int lyd_diff_siblings(const struct lyd_node *first, const struct lyd_node *second, uint16_t options,
  struct lyd_node **diff);
int lyd_diff_apply_all(struct lyd_node **data, const struct lyd_node *diff);
int lyd_merge_siblings(struct lyd_node **target, const struct lyd_node *source, uint16_t options);
int lyd_compare_siblings(const struct lyd_node *node1, const struct lyd_node *node2, uint32_t options);
int lyd_find_path(const struct lyd_node *ctx_node, const char *path, uint8_t output, struct lyd_node **match);
int lyd_find_xpath(const struct lyd_node *ctx_node, const char *xpath, struct ly_set **set);
int lyd_eval_xpath4(const struct lyd_node *ctx_node, const struct lyd_node *tree, const struct lys_module *cur_mod,
  const char *xpath, int format, void *prefix_data, const void *vars, void *ret_type, struct ly_set **node_set,
  char **string, void *number, uint8_t *boolean);
int lyd_new_implicit_all(struct lyd_node **tree, const struct ly_ctx *ctx, uint32_t options, struct lyd_node **diff);
int lyd_new_implicit_tree(struct lyd_node *tree, uint32_t options, struct lyd_node **diff);
int lyd_new_inner(struct lyd_node *parent, const struct lys_module *module, const char *name, uint8_t output,
  struct lyd_node **node);
int lyd_new_list2(struct lyd_node *parent, const struct lys_module *module, const char *name, const char *keys,
  uint32_t options, struct lyd_node **node);
int lyd_new_term(struct lyd_node *parent, const struct lys_module *module, const char *name, const char *value,
  uint32_t options, struct lyd_node **node);
int lyd_insert_sibling(struct lyd_node *sibling, struct lyd_node *node, struct lyd_node **first);
void lyd_free_tree(struct lyd_node *node);
const char *lyd_value_get_canonical(const struct ly_ctx *ctx, const void *value);
void ly_set_free(struct ly_set *set, void *destructor);
const struct ly_err_item *ly_err_first(const struct ly_ctx *ctx);
void ly_err_clean(const struct ly_ctx *ctx, struct ly_err_item *eitem);
uint32_t ly_log_options(uint32_t opts);
char *lyd_path(const struct lyd_node *node, int pathtype, char *buffer, size_t buflen);
"""

_SIZES = {"char": 1, "uint8_t": 1, "uint16_t": 2, "int": 4, "int32_t": 4, "uint32_t": 4, "int64_t": 8, "uint64_t": 8}
_OPAQUE = ("ly_ctx", "lyxp_expr", "lysp_module", "lysc_node_notif", "ly_in", "lyd_node_inner", "lyd_meta")

LY_LOSTORE = 0x02
PATH_BUFFER = 64 * 1024


@dataclass(frozen=True, slots=True)
class LibraryError:
    """One stored error of the library; `line` 0 and empty texts mean that it told none."""

    level: int
    message: str
    data_path: str
    schema_path: str
    line: int
    app_tag: str


class LibYang:
    """The loaded library: `ffi` and `lib` of cffi, with readers for what libyang keeps in its structs."""

    def __init__(self, path: Path, structs: Layout = STRUCTS) -> None:
        if sys.maxsize < 2**32 or sys.byteorder != "little":
            raise SchemaError("The YANG library's layout is known for 64-bit little-endian systems only.")
        self.path = path
        self.ffi: Any = cffi.FFI()
        self.ffi.cdef(_declarations(structs) + FUNCTIONS)
        try:
            if sys.platform == "win32":
                self._dll_folder = os.add_dll_directory(str(path.parent))
            loaded: Any = self.ffi.dlopen(str(path))
        except OSError as error:
            raise SchemaError(f"The YANG library {path} cannot be loaded: {error}.") from error
        self.lib = loaded
        self.null = self.ffi.NULL
        self._free = _c_free(self.ffi)
        self._buffer = self.ffi.new("char[]", PATH_BUFFER)
        self.lib.ly_log_options(LY_LOSTORE)

    def text(self, pointer: Pointer) -> str:
        """A C string; "" for NULL."""
        if pointer == self.null:
            return ""
        value: bytes = self.ffi.string(pointer)
        return value.decode("utf-8", "replace")

    def take_text(self, pointer: Pointer) -> bytes:
        """A C string that the caller owns: copied, then freed."""
        if pointer == self.null:
            return b""
        value: bytes = self.ffi.string(pointer)
        self._free(pointer)
        return value

    def array(self, pointer: Pointer) -> Iterator[Pointer]:
        """The elements of one of libyang's sized arrays (the count lies in the 8 bytes before the first)."""
        if pointer == self.null:
            return
        count = self.ffi.cast("uint64_t *", pointer)[-1]
        for index in range(count):
            yield pointer[index]

    def siblings(self, node: Pointer) -> Iterator[Pointer]:
        """A node and those after it."""
        while node != self.null:
            yield node
            node = node.next

    def errors(self, context: Pointer) -> list[LibraryError]:
        """All stored errors of a context, which forgets them (they pile up otherwise)."""
        found = [
            LibraryError(
                item.level,
                self.text(item.msg),
                self.text(item.data_path),
                self.text(item.schema_path),
                item.line,
                self.text(item.apptag),
            )
            for item in self.siblings(self.lib.ly_err_first(context))
        ]
        self.lib.ly_err_clean(context, self.null)
        return found

    def data_path(self, node: Pointer) -> str:
        """The instance path of a data node."""
        if self.lib.lyd_path(node, 0, self._buffer, PATH_BUFFER) == self.null:
            return ""
        return self.text(self._buffer)


def _declarations(structs: Layout) -> str:
    """C declarations with filler bytes such that every field has the measured offset."""
    lines = [f"struct {name};" for name in (*_OPAQUE, *structs)]
    # structs embedded by value must be complete before they are used
    for name in sorted(structs, key=lambda struct: struct != "lysc_value"):
        size, fields = structs[name]
        at, body = 0, []
        for field, (ctype, offset) in sorted(fields.items(), key=lambda item: item[1][1]):
            if offset < at or offset > size:
                raise SchemaError(f"The layout table is wrong: {name}.{field} at {offset}.")
            if offset > at:
                body.append(f"char _fill{at}[{offset - at}];")
            body.append(f"{ctype} {field};")
            at = offset + _size(ctype, structs)
        if size > at:
            body.append(f"char _fill{at}[{size - at}];")
        lines.append(f"struct {name} {{ {' '.join(body)} }};")
    return "\n".join(lines) + "\n"


def _size(ctype: str, structs: Layout) -> int:
    if ctype.endswith("*"):
        return 8
    embedded = re.fullmatch(r"struct (\w+)", ctype)
    return structs[embedded[1]][0] if embedded else _SIZES[ctype]


def _c_free(ffi: Any) -> Any:
    """The `free` that matches the library's allocator."""
    ffi.cdef("void free(void *);")
    runtime: Any = ffi.dlopen("ucrtbase.dll" if sys.platform == "win32" else None)
    return runtime.free
