"""Where the fields of libyang's structs lie: what the declarations handed to cffi are made from.

Measured for libyang 4.7.5 (shared object 4.5.5) as the wheel oopt-gnpy-libyang 0.1.1 carries it, 64-bit little endian;
only what the engine reads.  `selftest` refuses a library that does not fit.  Entry: struct -> (size, {field: (C type,
offset in bytes)}); a struct embedded by value whose fields are not read in place is declared as `char`, its address
is what is used.
"""

from __future__ import annotations

Layout = dict[str, tuple[int, dict[str, tuple[str, int]]]]

STRUCTS: Layout = {
    "ly_err_item": (
        72,
        {
            "level": ("int", 0),
            "err": ("int", 4),
            "vecode": ("int", 8),
            "msg": ("char *", 16),
            "data_path": ("char *", 24),
            "schema_path": ("char *", 32),
            "line": ("uint64_t", 40),
            "apptag": ("char *", 48),
            "next": ("struct ly_err_item *", 56),
        },
    ),
    "lys_module": (
        144,
        {
            "name": ("char *", 8),
            "revision": ("char *", 16),
            "ns": ("char *", 24),
            "prefix": ("char *", 32),
            "dsc": ("char *", 64),
            "parsed": ("struct lysp_module *", 80),
            "compiled": ("struct lysc_module *", 88),
            "identities": ("struct lysc_ident *", 104),
            "implemented": ("uint8_t", 136),
        },
    ),
    "lysc_module": (
        48,
        {
            "mod": ("struct lys_module *", 0),
            "features": ("char **", 8),
            "data": ("struct lysc_node *", 16),
            "rpcs": ("struct lysc_node_action *", 24),
            "notifs": ("struct lysc_node_notif *", 32),
        },
    ),
    "lysc_node": (
        80,
        {
            "nodetype": ("uint16_t", 0),
            "flags": ("uint16_t", 2),
            "module": ("struct lys_module *", 8),
            "parent": ("struct lysc_node *", 16),
            "next": ("struct lysc_node *", 24),
            "prev": ("struct lysc_node *", 32),
            "name": ("char *", 40),
            "dsc": ("char *", 48),
            "ref": ("char *", 56),
        },
    ),
    "lysc_node_choice": (
        104,
        {
            "nodetype": ("uint16_t", 0),
            "flags": ("uint16_t", 2),
            "module": ("struct lys_module *", 8),
            "parent": ("struct lysc_node *", 16),
            "next": ("struct lysc_node *", 24),
            "prev": ("struct lysc_node *", 32),
            "name": ("char *", 40),
            "dsc": ("char *", 48),
            "ref": ("char *", 56),
            "dflt": ("struct lysc_node *", 96),
        },
    ),
    "lysc_node_leaf": (
        128,
        {
            "nodetype": ("uint16_t", 0),
            "flags": ("uint16_t", 2),
            "module": ("struct lys_module *", 8),
            "parent": ("struct lysc_node *", 16),
            "next": ("struct lysc_node *", 24),
            "prev": ("struct lysc_node *", 32),
            "name": ("char *", 40),
            "dsc": ("char *", 48),
            "ref": ("char *", 56),
            "type": ("struct lysc_type *", 96),
            "units": ("char *", 104),
            "dflt": ("struct lysc_value", 112),
        },
    ),
    "lysc_node_leaflist": (
        128,
        {
            "nodetype": ("uint16_t", 0),
            "flags": ("uint16_t", 2),
            "module": ("struct lys_module *", 8),
            "parent": ("struct lysc_node *", 16),
            "next": ("struct lysc_node *", 24),
            "prev": ("struct lysc_node *", 32),
            "name": ("char *", 40),
            "dsc": ("char *", 48),
            "ref": ("char *", 56),
            "type": ("struct lysc_type *", 96),
            "units": ("char *", 104),
            "dflts": ("struct lysc_value *", 112),
            "min": ("uint32_t", 120),
            "max": ("uint32_t", 124),
        },
    ),
    "lysc_node_list": (
        136,
        {
            "nodetype": ("uint16_t", 0),
            "flags": ("uint16_t", 2),
            "module": ("struct lys_module *", 8),
            "parent": ("struct lysc_node *", 16),
            "next": ("struct lysc_node *", 24),
            "prev": ("struct lysc_node *", 32),
            "name": ("char *", 40),
            "dsc": ("char *", 48),
            "ref": ("char *", 56),
            "uniques": ("struct lysc_node_leaf ***", 120),
            "min": ("uint32_t", 128),
            "max": ("uint32_t", 132),
        },
    ),
    "lysc_node_action": (
        280,
        {
            "nodetype": ("uint16_t", 0),
            "flags": ("uint16_t", 2),
            "module": ("struct lys_module *", 8),
            "parent": ("struct lysc_node *", 16),
            "next": ("struct lysc_node_action *", 24),
            "prev": ("struct lysc_node_action *", 32),
            "name": ("char *", 40),
            "dsc": ("char *", 48),
            "ref": ("char *", 56),
            "input": ("char", 88),
            "output": ("char", 184),
        },
    ),
    "lysc_must": (
        56,
        {
            "cond": ("struct lyxp_expr *", 0),
            "prefixes": ("struct lysc_prefix *", 8),
            "emsg": ("char *", 32),
            "eapptag": ("char *", 40),
        },
    ),
    "lysc_when": (
        56,
        {
            "cond": ("struct lyxp_expr *", 0),
            "context": ("struct lysc_node *", 8),
            "prefixes": ("struct lysc_prefix *", 16),
            "flags": ("uint16_t", 52),
        },
    ),
    "lysc_ident": (
        56,
        {
            "name": ("char *", 0),
            "module": ("struct lys_module *", 24),
            "derived": ("struct lysc_ident **", 32),
            "flags": ("uint16_t", 48),
        },
    ),
    "lysc_type": (
        32,
        {
            "name": ("char *", 0),
            "basetype": ("int", 24),
        },
    ),
    "lysc_type_num": (
        40,
        {
            "range": ("struct lysc_range *", 32),
        },
    ),
    "lysc_type_dec": (
        48,
        {
            "fraction_digits": ("uint8_t", 32),
            "range": ("struct lysc_range *", 40),
        },
    ),
    "lysc_type_str": (
        48,
        {
            "length": ("struct lysc_range *", 32),
            "patterns": ("struct lysc_pattern **", 40),
        },
    ),
    "lysc_type_enum": (
        40,
        {
            "enums": ("struct lysc_type_bitenum_item *", 32),
        },
    ),
    "lysc_type_bits": (
        40,
        {
            "bits": ("struct lysc_type_bitenum_item *", 32),
        },
    ),
    "lysc_type_leafref": (
        64,
        {
            "path": ("struct lyxp_expr *", 32),
            "prefixes": ("struct lysc_prefix *", 40),
            "realtype": ("struct lysc_type *", 48),
            "require_instance": ("uint8_t", 56),
        },
    ),
    "lysc_type_identityref": (
        40,
        {
            "bases": ("struct lysc_ident **", 32),
        },
    ),
    "lysc_type_union": (
        40,
        {
            "types": ("struct lysc_type **", 32),
        },
    ),
    "lysc_type_bin": (
        40,
        {
            "length": ("struct lysc_range *", 32),
        },
    ),
    "lysc_type_instanceid": (
        40,
        {
            "require_instance": ("uint8_t", 32),
        },
    ),
    "lysc_type_bitenum_item": (
        40,
        {
            "name": ("char *", 0),
            "dsc": ("char *", 8),
            "value": ("int32_t", 32),
            "flags": ("uint16_t", 36),
        },
    ),
    "lysc_range": (
        48,
        {
            "parts": ("struct lysc_range_part *", 0),
            "emsg": ("char *", 24),
            "eapptag": ("char *", 32),
        },
    ),
    "lysc_range_part": (
        16,
        {
            "min_64": ("int64_t", 0),
            "max_64": ("int64_t", 8),
        },
    ),
    "lysc_pattern": (
        56,
        {
            "expr": ("char *", 0),
            "emsg": ("char *", 24),
            "eapptag": ("char *", 32),
            "inverted": ("uint32_t", 48),
        },
    ),
    "lysc_value": (
        16,
        {
            "str": ("char *", 0),
            "prefixes": ("struct lysc_prefix *", 8),
        },
    ),
    "lyd_node": (
        56,
        {
            "hash": ("uint32_t", 0),
            "flags": ("uint32_t", 4),
            "schema": ("struct lysc_node *", 8),
            "parent": ("struct lyd_node_inner *", 16),
            "next": ("struct lyd_node *", 24),
            "prev": ("struct lyd_node *", 32),
            "meta": ("struct lyd_meta *", 40),
        },
    ),
    "lysc_prefix": (16, {"prefix": ("char *", 0), "mod": ("struct lys_module *", 8)}),
    "ly_set": (16, {"count": ("uint32_t", 4), "dnodes": ("struct lyd_node **", 8)}),
    "lyd_node_term": (96, {"value": ("char", 56)}),
}
