"""Templates: values are escaped, faults name line and variable, and nothing gets out or takes all time."""

from __future__ import annotations

import pytest

from netconf_gui.services.templates import TemplateFault, render, variables_of

SYSTEM = """<system xmlns="urn:ietf:params:xml:ns:yang:ietf-system">
  <hostname>{{ hostname }}</hostname>
  {% for server in servers.split() %}
  <ntp><server><name>{{ server }}</name></server></ntp>
  {% endfor %}
</system>
"""


def test_variables_are_filled_in_and_escaped() -> None:
    text = render(SYSTEM, {"hostname": "a & <b>", "servers": "ntp1 ntp2"})
    assert "<hostname>a &amp; &lt;b&gt;</hostname>" in text
    assert text.count("<name>ntp") == 2
    assert "\n  \n" not in text
    assert render("{{ a ~ '<' ~ b }}", {"a": 1, "b": "x"}) == "1&lt;x"
    assert render("{{ ['a<', b] | join('-') }}", {"b": True}) == "a&lt;-true"


def test_useful_things_are_there() -> None:
    text = (
        "{% macro leaf(name, value) %}<{{ name }}>{{ value }}</{{ name }}>{% endmacro %}"
        "{% set ns = namespace(sum=0) %}"
        "{% for i in range(3) %}{% set ns.sum = ns.sum + i %}{{ leaf('n', loop.index * 10) }}{% endfor %}"
        "{{ ns.sum }} {{ name | upper | replace('R', 'r') }} {{ other | default('none') }}"
        "{% if name.startswith('r') %} yes{% endif %}"
        "{% for key, value in dict(a=1, b='x').items() %} {{ key }}={{ value }}{% endfor %}"
        "{{ [3, 1, 2] | sort | map('string') | join(',') }}"
    )
    assert render(text, {"name": "rr1"}) == "<n>10</n><n>20</n><n>30</n>3 rr1 none yes a=1 b=x1,2,3"


def test_variables_of_a_template() -> None:
    assert variables_of(SYSTEM) == ("hostname", "servers")
    assert variables_of("{% for x in range(n) %}{{ x }}{% endfor %}") == ("n",)


@pytest.mark.parametrize(
    ("text", "line", "variable", "words"),
    [
        ("a\n{{ mtu }}", 2, "mtu", "the variable mtu has no value"),
        ("a\n\n{{ mtu ~ 'x' }}", 3, "mtu", "mtu"),
        ("a\n{% for x in ports %}{% endfor %}", 2, "ports", "ports"),
        ("a\n{{ device.nothing }}", 2, "nothing", "nothing"),
        ("a\nb\n{% if %}", 3, "", "line 3"),
        ("a\n{{ 1 / 0 }}", 2, "", "division"),
        ("\n{{ [1, 2] }}", 2, "", "this is a list"),
        ("\n{{ none }}", 2, "", "nothing"),
        ("\n{% macro a() %}\n{{ a() }}\n{% endmacro %}{{ a() }}", 3, "", "without end"),
    ],
)
def test_faults_name_line_and_variable(text: str, line: int, variable: str, words: str) -> None:
    with pytest.raises(TemplateFault) as caught:
        render(text, {"device": "r1"}, name="change.xml")
    assert (caught.value.line, caught.value.variable) == (line, variable)
    assert words in caught.value.message
    assert caught.value.message.startswith(f"change.xml, line {line}: ")


@pytest.mark.parametrize(
    "text",
    [
        "{{ ''.__class__.__mro__ }}",
        "{{ device.__class__ }}",
        "{{ range.__globals__ }}",
        "{{ self.__init__ }}",
        "{{ namespace.__init__.__globals__ }}",
        "{{ ('%s' % device) }}",
        "{{ '{0.__class__}'.format(device) }}",
        "{{ ''|attr('__class__') }}",
        "{{ device|safe }}",
        "{% include '/etc/passwd' %}",
        "{% import '/etc/passwd' as x %}",
        "{% extends '/etc/passwd' %}",
        "{% set x %}a{% endset %}",
        "{% autoescape false %}{{ device }}{% endautoescape %}",
        "{{ device.join(['a']) }}",
        "{{ device.ljust(1000000000) }}",
        "{{ '%1000000000d'|format(1) }}",
    ],
)
def test_nothing_gets_out(text: str) -> None:
    with pytest.raises(TemplateFault):
        render(text, {"device": "r1"})


@pytest.mark.parametrize(
    "text",
    [
        "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
        "{% for a in range(1000000000) %}{% endfor %}",
        "{{ 'x' * 1000000000 }}",
        "{{ 10 ** 10 ** 10 }}",
        "{% set ns = namespace(a='xxxxxxxxxx') %}{% for i in range(60) %}{% set ns.a = ns.a ~ ns.a %}{% endfor %}",
        "{% set ns = namespace(a='xxxxxxxxxx') %}{% for i in range(60) %}{% set ns.a = ns.a + ns.a %}{% endfor %}",
        "{% set ns = namespace(a=[1]) %}{% for i in range(60) %}{% set ns.a = [ns.a, ns.a] %}{% endfor %}"
        "{{ ns.a == 1 }}",
        "{% set ns = namespace(a=[1]) %}{% for i in range(60) %}{% set ns.a = dict(a=ns.a, b=ns.a) %}{% endfor %}",
        "{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}",
        "{% macro m(a) %}{% for i in range(100000) %}{{ a }}{% endfor %}{% endmacro %}{{ m('x' * 1000000) }}",
        "{% macro m() %}{% for i in range(100000) %}" + "x" * 10000 + "{% endfor %}{% endmacro %}{{ m() }}",
        "{{ ('x' * 1000000) | replace('x', 'y' * 1000) }}",
        "{{ [range(100000)|list] * 100000 }}",
        "{{ ['x' * 1000000] * 100000 | int | join }}",
    ],
)
def test_nothing_takes_all_time_or_memory(text: str) -> None:
    with pytest.raises(TemplateFault):
        render(text, {}, seconds=0.3)
