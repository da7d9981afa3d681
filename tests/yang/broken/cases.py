"""Documents that break one rule or several, and exactly what is to be told of each.

A case: name -> (XML inside `<config>`, findings); a finding is (path, kind, part of the message, app-tag).
"""

from __future__ import annotations

Finding = tuple[str, str, str, str]

N = 'xmlns="urn:test:network" xmlns:net="urn:test:network" xmlns:ex="urn:test:extras"'
REQUIRED = "instance-required"
CONDITION = "must-violation"


def types(inside: str) -> str:
    return f"<types {N}>{inside}</types>"


def ports(inside: str) -> str:
    return f"<ports {N}>{inside}</ports>"


def port(name: str, inside: str = "") -> str:
    return f"<port><name>{name}</name>{inside}</port>"


def references(inside: str) -> str:
    return ports(port("p1", "<alias>one</alias>") + port("p2")) + f"<references {N}>{inside}</references>"


def user(name: str, inside: str) -> str:
    return f"<user {N}><name>{name}</name><domain>d</domain>{inside}</user>"


def transport(inside: str) -> str:
    return f"<transport {N}>{inside}</transport>"


def bounds(inside: str) -> str:
    return f"<bounds {N}>{inside}</bounds>"


def rules(inside: str) -> str:
    return f"<rules {N}>{inside}</rules>"


def order(inside: str) -> str:
    return f"<order {N}>{inside}</order>"


def leaf(name: str) -> str:
    return f"/network:types/{name}"


HOPS = "<hop><id>1</id></hop><hop><id>2</id></hop>"
DNS = "<dns>a</dns>"
HOME = "<home><path>/</path></home>"
NO_TARGET = "no target instance"

TYPES: dict[str, tuple[str, list[Finding]]] = {
    "number outside of its range": (types("<small>7</small>"), [(leaf("small"), "type", "-5 to 5, 10", "")]),
    "number that is none": (types("<small>many</small>"), [(leaf("small"), "type", "many", "")]),
    "range with a message of its own": (
        types("<share>101</share>"),
        [(leaf("share"), "type", "A percentage goes from 0 to 100.", "not-a-percentage")],
    ),
    "pattern with a message of its own": (
        types("<name>ABC</name>"),
        [(leaf("name"), "type", "Small letters only.", "letters")],
    ),
    "text too long": (types("<name>abcdef</name>"), [(leaf("name"), "type", "6 characters", "")]),
    "text that an inverted pattern forbids": (types("<not-x>xy</not-x>"), [(leaf("not-x"), "type", "x.*", "")]),
    "decimal below its range": (types("<rate>0.49</rate>"), [(leaf("rate"), "type", "0.49", "")]),
    "decimal with too many digits": (types("<rate>1.234</rate>"), [(leaf("rate"), "type", "1.234", "")]),
    "no boolean": (types("<on>yes</on>"), [(leaf("on"), "type", "true, false", "")]),
    "no value of the enumeration": (types("<level>middle</level>"), [(leaf("level"), "type", "low, high", "")]),
    "unknown bit": (types("<flags>a z</flags>"), [(leaf("flags"), "type", "z", "")]),
    "no base64": (types("<key>*</key>"), [(leaf("key"), "type", "", "")]),
    "binary of another length": (types("<key>AAAA</key>"), [(leaf("key"), "type", "", "")]),
    "unknown identity": (types("<media>net:air</media>"), [(leaf("media"), "type", "air", "")]),
    "identity of another base": (types("<media>net:optical</media>"), [(leaf("media"), "type", "optical", "")]),
    "identity of one base of two": (types("<both>net:fibre</both>"), [(leaf("both"), "type", "fibre", "")]),
    "empty that is not": (types("<nothing>x</nothing>"), [(leaf("nothing"), "type", "", "")]),
    "no member of a union": (types("<mixed>300</mixed>"), [(leaf("mixed"), "type", "300", "")]),
    "two wrong values in a leaf-list": (
        types("<many>1</many><many>x</many><many>999</many>"),
        [("/network:types/many[.='x']", "type", "x", ""), ("/network:types/many[.='999']", "type", "999", "")],
    ),
}

NAMES: dict[str, tuple[str, list[Finding]]] = {
    "unknown child": (types("<colour/>"), [(leaf("colour"), "unknown", "not a child of types", "")]),
    "unknown top-level node": (f"<planet {N}/>", [("/network:planet", "unknown", "no top-level node planet", "")]),
    "child of another namespace": (
        types('<small xmlns="urn:test:extras">1</small>'),
        [("/network:types/extras:small", "unknown", "small", "")],
    ),
    "state in a configuration": (types("<count>1</count>"), [(leaf("count"), "state", "state data", "")]),
    "state list in a configuration": (
        bounds(DNS + HOPS + "<sample><v>1</v></sample>"),
        [("/network:bounds/sample[1]", "state", "state data", "")],
    ),
    "elements in a leaf": (types("<small><x/></small>"), [(leaf("small"), "shape", "cannot hold elements", "")]),
    "text in a container": (types("hello"), [("/network:types", "shape", "cannot hold text", "")]),
    "leaf twice": (types("<on>true</on><on>true</on>"), [(leaf("on"), "duplicate", "more than once", "")]),
    "container twice": (
        rules("<timer><hello>1</hello><hold>5</hold></timer><timer><hold>6</hold></timer>"),
        [("/network:rules/timer", "duplicate", "more than once", "")],
    ),
}

BEYOND: dict[str, tuple[str, list[Finding]]] = {
    "what stands behind mixed content": (
        order("<wild>text<b/>tail</wild>") + types("<on>x</on>"),
        [(leaf("on"), "type", "true, false", "")],
    ),
    "what stands beside mixed content": (
        order("<wild><a>text<b/></a></wild><step><text>a</text></step>"),
        [("/network:order/step[1]", "key", "lacks its key id", "")],
    ),
    "what stands beside unknown namespaces": (
        types('<on>x</on><colour xmlns="urn:unknown">red</colour>') + '<vendor xmlns="urn:vendor"><on>x</on></vendor>',
        [
            (leaf("on"), "type", "true, false", ""),
            ("/network:types/{urn:unknown}colour", "", "Nothing is known about urn:unknown", ""),
            ("/{urn:vendor}vendor", "", "Nothing is known about urn:vendor", ""),
        ],
    ),
    "a choice of which an unknown module may have a case": (
        transport('<carrier xmlns="urn:unknown">pigeon</carrier>'),
        [("/network:transport/{urn:unknown}carrier", "", "Nothing is known about urn:unknown", "")],
    ),
}

LISTS: dict[str, tuple[str, list[Finding]]] = {
    "entry without its key": (
        order("<step><text>a</text></step>"),
        [("/network:order/step[1]", "key", "lacks its key id", "")],
    ),
    "entry without one key of two": (
        user("", "").replace("<name></name>", "").replace("</user>", f"<password>x</password>{HOME}</user>"),
        [("/network:user[1]", "key", "lacks its key name", "")],
    ),
    "keys in the wrong order": (
        order("<pair><b>1</b><a>2</a></pair>"),
        [("/network:order/pair[a='2'][b='1']/a", "key", "not in its place", "")],
    ),
    "wrong value of a key": (
        order("<step><id>x</id></step>"),
        [("/network:order/step[id='x']/id", "type", "x", "")],
    ),
    "key twice, then another entry": (
        order("<step><id>1</id><id>2</id></step><step><id>3</id></step>"),
        [("/network:order/step[id='1']/id", "duplicate", "more than once", "")],
    ),
    "entry twice": (
        order("<step><id>1</id><text>a</text></step><step><id>1</id><text>b</text></step>"),
        [("/network:order/step[id='1']", "duplicate", "step", "")],
    ),
    "entry three times, another twice": (
        order("<step><id>1</id></step>" * 3 + "<step><id>2</id></step>" * 2),
        [
            ("/network:order/step[id='1']", "duplicate", "step", ""),
            ("/network:order/step[id='2']", "duplicate", "step", ""),
        ],
    ),
    "value of a leaf-list twice": (
        order("<word>a</word><word>b</word><word>a</word>"),
        [("/network:order/word[.='a']", "duplicate", "word", "")],
    ),
    "unique over two leafs, one of them a default": (
        ports(port("p1", "<lane>3</lane>") + port("p2", "<slot>1</slot><lane>3</lane>") + port("p3", "<slot>2</slot>")),
        [("/network:ports/port[name='p2']", "unique", "slot lane", "data-not-unique")],
    ),
    "unique below a container, three alike": (
        ports("".join(port(name, "<label><text>same</text></label>") for name in ("a", "b", "c"))),
        [
            ("/network:ports/port[name='b']", "unique", "port[name='a']", "data-not-unique"),
            ("/network:ports/port[name='c']", "unique", "port[name='a']", "data-not-unique"),
        ],
    ),
    "both uniques of one list": (
        ports(
            port("a", "<lane>1</lane><label><text>t</text></label>")
            + port("b", "<lane>1</lane>")
            + port("c", "<label><text>t</text></label>")
        ),
        [
            ("/network:ports/port[name='b']", "unique", "slot lane", "data-not-unique"),
            ("/network:ports/port[name='c']", "unique", "label/text", "data-not-unique"),
        ],
    ),
    "too few values": (bounds(HOPS), [("/network:bounds/dns", "min", "dns", "too-few-elements")]),
    "too few entries": (
        bounds(DNS + "<hop><id>1</id></hop>"),
        [("/network:bounds/hop", "min", "hop", "too-few-elements")],
    ),
    "none of both": (
        bounds(""),
        [
            ("/network:bounds/dns", "min", "dns", "too-few-elements"),
            ("/network:bounds/hop", "min", "hop", "too-few-elements"),
        ],
    ),
    "too many values": (
        bounds("<dns>a</dns><dns>b</dns><dns>c</dns><dns>d</dns>" + HOPS),
        [("/network:bounds/dns[.='c']", "max", "dns", "too-many-elements")],
    ),
    "too many entries": (
        bounds(DNS + "".join(f"<hop><id>{number}</id></hop>" for number in range(5))),
        [("/network:bounds/hop[id='3']", "max", "hop", "too-many-elements")],
    ),
}

MISSING: dict[str, tuple[str, list[Finding]]] = {
    "mandatory leaf": (user("a", HOME), [("/network:user[name='a'][domain='d']", "mandatory", '"password"', "")]),
    "mandatory leaf in a plain container that is not there": (
        user("a", "<password>x</password>"),
        [("/network:user[name='a'][domain='d']/home", "mandatory", '"path"', "")],
    ),
    "mandatory leaf of a presence container": (
        user("a", f"<password>x</password>{HOME}<shell/>"),
        [("/network:user[name='a'][domain='d']/shell", "mandatory", '"command"', "")],
    ),
    "everything mandatory in two entries": (
        user("a", "<shell/>") + user("b", ""),
        [
            ("/network:user[name='a'][domain='d']", "mandatory", '"password"', ""),
            ("/network:user[name='a'][domain='d']/home", "mandatory", '"path"', ""),
            ("/network:user[name='a'][domain='d']/shell", "mandatory", '"command"', ""),
            ("/network:user[name='b'][domain='d']", "mandatory", '"password"', ""),
            ("/network:user[name='b'][domain='d']/home", "mandatory", '"path"', ""),
        ],
    ),
    "mandatory choice": (transport(""), [("/network:transport", "choice", '"how"', "missing-choice")]),
    "mandatory choice in a case": (
        transport("<inner/>"),
        [("/network:transport", "choice", '"inside"', "missing-choice")],
    ),
    "mandatory leaf of a case": (
        transport("<pipe>p</pipe><b>x</b>"),
        [("/network:transport", "mandatory", '"a"', "")],
    ),
    "mandatory leaf whose when holds": (
        rules("<mode>manual</mode>"),
        [("/network:rules", "mandatory", '"needed"', "")],
    ),
    "a wrong value is not missing as well": (
        bounds("<hop><id>1</id></hop><hop><id>x</id></hop>" + DNS),
        [("/network:bounds/hop[id='x']/id", "type", "x", "")],
    ),
}

CHOICES: dict[str, tuple[str, list[Finding]]] = {
    "two cases": (
        transport("<tcp-port>1</tcp-port><udp-port>2</udp-port>"),
        [("/network:transport", "cases", '"tcp" and "udp"', "")],
    ),
    "a case and a leaf that is one": (
        transport("<keepalive>true</keepalive><pipe>x</pipe>"),
        [("/network:transport", "cases", '"tcp" and "pipe"', "")],
    ),
    "four cases, one from another module": (
        transport(
            "<tcp-port>1</tcp-port><udp-port>2</udp-port><pipe>x</pipe>"
            '<frequency xmlns="urn:test:extras">2.4</frequency>'
        ),
        [("/network:transport", "cases", '"radio"', "")],
    ),
    "cases of an inner choice": (
        transport("<left/><right/>"),
        [("/network:transport", "cases", '"left" and "right"', "")],
    ),
    "two choices at once": (
        transport("<tcp-port>1</tcp-port><udp-port>2</udp-port><a>x</a><c>y</c>"),
        [
            ("/network:transport", "cases", '"tcp" and "udp"', ""),
            ("/network:transport", "cases", '"one" and "two"', ""),
        ],
    ),
}

CONDITIONS: dict[str, tuple[str, list[Finding]]] = {
    "must with message and tag": (
        rules("<low>5</low><high>4</high>"),
        [("/network:rules/high", "must", "high must not be below low.", "upside-down")],
    ),
    "must that compares with a default": (
        rules("<high>9</high>"),
        [("/network:rules/high", "must", "high must not be below low.", "upside-down")],
    ),
    "must of a container": (
        rules("<timer><hello>1</hello></timer>"),
        [("/network:rules/timer", "must", "A hold time belongs to a hello time.", CONDITION)],
    ),
    "must with a tag only": (
        rules("<timer><hello>10</hello><hold>20</hold></timer>"),
        [("/network:rules/timer", "must", "hold", "hold-too-short")],
    ),
    "must of each of three entries": (
        rules("".join(f"<peer><name>{name}</name></peer>" for name in "abc")),
        [(f"/network:rules/peer[name='{name}']", "must", "Two peers are enough.", CONDITION) for name in "abc"],
    ),
    "must with a function of YANG 1.1": (
        rules("<peer><name>a</name><kind>net:copper</kind></peer><peer><name>b</name><kind>net:fibre</kind></peer>"),
        [("/network:rules/peer[name='a']/kind", "must", "Fibre only.", CONDITION)],
    ),
    "must that follows a reference": (
        ports(port("p1", "<slot>2</slot>")) + rules("<port>p1</port>"),
        [("/network:rules/port", "must", "The port must be in slot 1.", CONDITION)],
    ),
    "when of a leaf": (
        rules("<mode>auto</mode><pool><size>1</size></pool><server>s</server>"),
        [("/network:rules/server", "when", "../mode = 'manual'", "")],
    ),
    "when of a container, whatever is in it": (
        rules("<mode>manual</mode><needed>x</needed><pool><size>1</size></pool>"),
        [("/network:rules/pool", "when", "../mode = 'auto'", "")],
    ),
    "when inside of a container": (
        rules("<mode>auto</mode><pool><size>1</size><spare>1</spare></pool>"),
        [("/network:rules/pool/spare", "when", "../size > 1", "")],
    ),
    "when of an augment": (
        ports(port("p1", '<media>net:fibre</media><wavelength xmlns="urn:test:extras">1</wavelength>')),
        [("/network:ports/port[name='p1']/extras:wavelength", "when", "net:lane", "")],
    ),
    "must in an augment": (
        ports(port("p1", '<lane>1</lane><wavelength xmlns="urn:test:extras">1</wavelength>')),
        [("/network:ports/port[name='p1']/extras:wavelength", "must", "A wavelength needs a medium.", CONDITION)],
    ),
    "two whens and a must": (
        rules("<server>s</server><needed>x</needed><timer><hello>1</hello></timer>"),
        [
            ("/network:rules/server", "when", "manual", ""),
            ("/network:rules/needed", "when", "manual", ""),
            ("/network:rules/timer", "must", "A hold time belongs to a hello time.", CONDITION),
        ],
    ),
    "a must about a wrong value waits": (
        rules("<low>x</low><high>4</high>"),
        [("/network:rules/low", "type", "x", "")],
    ),
}

REFERENCES: dict[str, tuple[str, list[Finding]]] = {
    "leafref": (references("<uplink>p9</uplink>"), [("/network:references/uplink", "leafref", NO_TARGET, REQUIRED)]),
    "all leafrefs of a leaf-list": (
        references("<members>p1</members><members>p8</members><members>p9</members>"),
        [
            ("/network:references/members[.='p8']", "leafref", '"p8"', REQUIRED),
            ("/network:references/members[.='p9']", "leafref", '"p9"', REQUIRED),
        ],
    ),
    "relative leafref to a leaf that is no key": (
        references("<by-alias>two</by-alias>"),
        [("/network:references/by-alias", "leafref", NO_TARGET, REQUIRED)],
    ),
    "leafref through a predicate": (
        references("<port>p2</port><alias>one</alias>"),
        [("/network:references/alias", "leafref", NO_TARGET, REQUIRED)],
    ),
    "instance-identifier": (
        references(
            "<place>/net:ports/net:port[net:name='p9']</place><anywhere>/net:ports/net:port[net:name='p9']</anywhere>"
        ),
        [("/network:references/place", "instance", "required instance not found", REQUIRED)],
    ),
    "instance-identifier of a leaf that is not set": (
        references("<place>/net:ports/net:port[net:name='p2']/net:alias</place>"),
        [("/network:references/place", "instance", "required instance not found", REQUIRED)],
    ),
    "leafref in a union": (references("<wish>p9</wish>"), [("/network:references/wish", "instance", "p9", REQUIRED)]),
    "default that refers to nothing": (
        f"<fallback {N}/>",
        [("/network:fallback/port", "leafref", '"eth0"', REQUIRED)],
    ),
    "written value instead of a default, both of nothing": (
        f"<fallback {N}><port>eth1</port></fallback>",
        [("/network:fallback/port", "leafref", '"eth1"', REQUIRED)],
    ),
    "references of every sort, with other faults": (
        references("<uplink>p9</uplink><by-alias>two</by-alias><place>/net:types/net:on</place><wish>p9</wish>")
        + f"<fallback {N}/>"
        + user("a", HOME)
        + rules("<high>9</high>"),
        [
            ("/network:references/uplink", "leafref", NO_TARGET, REQUIRED),
            ("/network:references/by-alias", "leafref", NO_TARGET, REQUIRED),
            ("/network:references/place", "instance", "required", REQUIRED),
            ("/network:references/wish", "instance", "p9", REQUIRED),
            ("/network:fallback/port", "leafref", '"eth0"', REQUIRED),
            ("/network:user[name='a'][domain='d']", "mandatory", '"password"', ""),
            ("/network:rules/high", "must", "high must not be below low.", "upside-down"),
        ],
    ),
    "references beside wrong values": (
        references("<uplink>p9</uplink><lane>x</lane>") + types("<small>x</small>"),
        [
            ("/network:references/uplink", "leafref", NO_TARGET, REQUIRED),
            ("/network:references/lane", "type", "x", ""),
            ("/network:types/small", "type", "x", ""),
        ],
    ),
    "reference from another module": (
        user("a", f"<password>x</password>{HOME}<full>A</full>")
        + user("b", f'<password>x</password>{HOME}<owner xmlns="urn:test:extras">B</owner>'),
        [("/network:user[name='b'][domain='d']/extras:owner", "leafref", NO_TARGET, REQUIRED)],
    ),
}

CASES = {**TYPES, **NAMES, **BEYOND, **LISTS, **MISSING, **CHOICES, **CONDITIONS, **REFERENCES}

VALID: dict[str, str] = {
    "nothing": "",
    "types": types(
        "<small>10</small><share>100</share><name>abc</name><not-x>y</not-x><rate>9.9</rate><on>true</on>"
        "<level>low</level><flags>b a</flags><key>AAA=</key><media>net:copper</media><both>net:single-mode</both>"
        "<nothing/><mixed>auto</mixed><many>1</many><many>2</many>"
    ),
    "ports": ports(
        port("p1", "<alias>one</alias><slot>1</slot><lane>1</lane><media>net:fibre</media>")
        + port("p2", "<slot>1</slot><lane>2</lane><label><text>a</text></label>")
        + port("p3", "<slot>2</slot><lane>01</lane><label><text>b</text></label>")
        + port("p4", '<lane>7</lane><media>net:copper</media><wavelength xmlns="urn:test:extras">1</wavelength>')
    )
    + f"<references {N}><uplink>p1</uplink><members>p1</members><members>p2</members><by-alias>one</by-alias>"
    "<any>p9</any><port>p1</port><alias>one</alias><lane>+7</lane><place>/net:ports/net:port[net:name='p1']/net:slot</place>"
    "<anywhere>/net:types/net:on</anywhere><wish>none</wish>"
    "<media xmlns:q='urn:test:network'>q:fibre</media></references>"
    + f"<fallback {N}><port>p2</port></fallback>"
    + rules("<port>p1</port>"),
    "people": user("a", f"<password>x</password>{HOME}<shell><command>sh</command></shell><full>A</full>")
    + user("b", f'<password>x</password>{HOME}<owner xmlns="urn:test:extras">A</owner>'),
    "transport": transport("<tcp-port>1</tcp-port><keepalive>true</keepalive><a>x</a><b>y</b>"),
    "radio": transport('<frequency xmlns="urn:test:extras">2.4</frequency>'),
    "bounds": bounds("<dns>a</dns><dns>b</dns>" + HOPS + "<hop><id>3</id></hop>"),
    "manual": rules(
        "<mode>manual</mode><server>s</server><needed>x</needed><high>200</high><low>20</low>"
        "<timer><hello>1</hello><hold>3</hold></timer><peer><name>a</name><kind>net:single-mode</kind></peer>"
    ),
    "auto": rules("<mode>auto</mode><pool><size>2</size><spare>1</spare></pool>"),
    "order": order(
        "<step><id>2</id></step><step><id>1</id><text>t</text></step><word>b</word><word>a</word>"
        "<pair><a>1</a><b>2</b></pair><free><x xmlns='urn:any'/></free><wild>text<b/></wild>"
    ),
}
