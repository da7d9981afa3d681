"""compare (RFC 9144): what differs between two datastores of the device, as a patch with what was there before.

Lives here: the operation.  Does not live here: what the datastores hold and the filters (`nmda`), the comparison
(`config.diff`), the patch (`config.yang_patch`).
"""

from __future__ import annotations

from lxml import etree

from netconf_gui.config.diff import diff
from netconf_gui.config.yang_patch import yang_patch
from netconf_gui.demo import nacm, nmda, parameters
from netconf_gui.demo.answer import Answer
from netconf_gui.demo.device import Device
from netconf_gui.demo.nmda_filters import Wish, prune
from netconf_gui.demo.replies import missing_element, not_supported, refused
from netconf_gui.demo.sessions import DeviceSession
from netconf_gui.errors import ConfigError
from netconf_gui.protocol.xml import NS_COMPARE, new_element, parse, qn, splice

_LEAFS = ("source", "target", "all", "report-origin", "subtree-filter", "xpath-filter")
_FILTERS = ("subtree-filter", "xpath-filter")


def compare(device: Device, session: DeviceSession, operation: etree._Element) -> Answer:
    """RFC 9144, section 4."""
    parameters.only(operation, _LEAFS, NS_COMPARE)
    if parameters.flag(operation, "report-origin", NS_COMPARE):
        raise not_supported("This device does not tell origins in a comparison.")
    source, target = (_content(device, session, operation, role) for role in ("source", "target"))
    filtered = any(parameters.flag(operation, name, NS_COMPARE) for name in _FILTERS)
    if filtered and not len(source) and not len(target):
        return Answer([new_element(qn(NS_COMPARE, "no-matches"), {None: NS_COMPARE})])
    try:
        patch = yang_patch(diff(source, target, device.model.schema), "comparison")
    except ConfigError as error:
        raise refused("operation-failed", f"{error.message} A filter can leave it out.") from None
    differences = new_element(qn(NS_COMPARE, "differences"), {None: NS_COMPARE})
    return Answer([parse(splice(differences, differences, [parse(patch)]))])


def _content(device: Device, session: DeviceSession, operation: etree._Element, role: str) -> etree._Element:
    """What one of the two datastores holds of what is to be compared."""
    leaf = parameters.child(operation, role, NS_COMPARE)
    if leaf is None:
        raise missing_element(role, "compare")
    tree = nmda.datastore_tree(device, nmda.datastore_name(device, leaf, role))
    nacm.hide(device, session, tree)
    tree = nmda.filtered(device, operation, tree, NS_COMPARE)
    if not parameters.flag(operation, "all", NS_COMPARE):
        prune(tree, device.model.schema, Wish(config=True))
    return tree


NAMES = {qn(NS_COMPARE, "compare"): compare}
