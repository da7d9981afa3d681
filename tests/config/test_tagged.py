"""Defaults that a device reports as such are told from configuration (RFC 6243, section 6)."""

from __future__ import annotations

from lxml import etree

from netconf_gui.config.tagged import reported_defaults, without_tagged

WD = "urn:ietf:params:xml:ns:netconf:default:1.0"
TEXT = f"""<config xmlns:wd="{WD}"><box xmlns="urn:x"><mtu wd:default="true">1500</mtu><name>a</name>
<entry><id>1</id><on wd:default="1">true</on></entry><entry><id>2</id><on wd:default="false">true</on></entry></box>
</config>"""


def test_what_is_tagged_is_left_out_and_kept_aside() -> None:
    full = etree.fromstring(TEXT)
    kept = without_tagged(full)
    text = etree.tostring(kept).decode()
    assert "mtu" not in text and text.count("<on>") == 1 and "default=" not in text
    again = etree.fromstring(etree.tostring(kept))
    told = {(node.tag.rpartition("}")[2], tag.rpartition("}")[2]): value
            for (node, tag), value in reported_defaults(full, again).items()}  # fmt: skip
    assert told == {("box", "mtu"): "1500", ("entry", "on"): "true"}
    assert etree.tostring(full).decode().count("default=") == 3, "what was handed in stays as it is"


def test_nothing_tagged_nothing_told() -> None:
    full = etree.fromstring("<config><a><b>1</b></a></config>")
    assert reported_defaults(full, without_tagged(full)) == {}
