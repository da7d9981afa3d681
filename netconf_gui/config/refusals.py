"""What a server answers to an edit that must fail: one function for each error of RFC 6241, appendix A, used here.

Lives here: making `EditRefused` with tag, error-path and error-info.  Does not live here: when (`apply`).
"""

from __future__ import annotations

from lxml import etree

from netconf_gui.config.binding import Binder
from netconf_gui.config.error_path import write_error_path
from netconf_gui.config.path import path_of
from netconf_gui.errors import EditRefused, RpcError
from netconf_gui.protocol.xml import local_name, namespace_of


def refused(
    element: etree._Element | None,
    binder: Binder,
    tag: str,
    message: str,
    *,
    info: tuple[tuple[str, str], ...] = (),
    app_tag: str | None = None,
    type_: str = "application",
) -> EditRefused:
    """An error about `element` of the edit (None: about none in particular)."""
    path: str | None = None
    namespaces: tuple[tuple[str, str], ...] = ()
    if element is not None:
        path, namespaces = write_error_path(path_of(element, binder))
    return EditRefused(
        RpcError(
            type=type_,
            tag=tag,
            app_tag=app_tag,
            path=path,
            message=message,
            message_lang="en",
            info=info,
            path_namespaces=namespaces,
        )
    )


def data_exists(element: etree._Element, binder: Binder) -> EditRefused:
    return refused(element, binder, "data-exists", f"{local_name(element)} exists already and cannot be created.")


def data_missing(element: etree._Element, binder: Binder, operation: str) -> EditRefused:
    verb = "deleted" if operation == "delete" else "edited"
    return refused(element, binder, "data-missing", f"{local_name(element)} does not exist and cannot be {verb}.")


def unknown_node(element: etree._Element, binder: Binder) -> EditRefused:
    """unknown-namespace if no module has the namespace, else unknown-element."""
    name, namespace = local_name(element), namespace_of(element)
    info = (("bad-element", name),)
    if binder.schema is not None and binder.schema.module_for_namespace(namespace) is None:
        message = f"No module has the namespace {namespace!r} of {name}."
        return refused(element, binder, "unknown-namespace", message, info=(*info, ("bad-namespace", namespace)))
    return refused(element, binder, "unknown-element", f"There is no configuration node {name} here.", info=info)


def bad_element(element: etree._Element, binder: Binder, message: str) -> EditRefused:
    return refused(element, binder, "bad-element", message, info=(("bad-element", local_name(element)),))


def missing_element(element: etree._Element, binder: Binder, name: str) -> EditRefused:
    message = f"The entry of {local_name(element)} has no key {name}."
    return refused(element, binder, "missing-element", message, info=(("bad-element", name),))


def invalid_value(element: etree._Element, binder: Binder, message: str) -> EditRefused:
    info = (("bad-element", local_name(element)),)
    return refused(element, binder, "invalid-value", f"{local_name(element)} is {message}", info=info)


def attribute_error(
    element: etree._Element, binder: Binder, tag: str, attribute: str, message: str, *, app_tag: str | None = None
) -> EditRefused:
    """bad-attribute, missing-attribute or unknown-attribute."""
    info = (("bad-attribute", attribute), ("bad-element", local_name(element)))
    return refused(element, binder, tag, message, info=info, app_tag=app_tag)
