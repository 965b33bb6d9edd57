"""Our own texts with places and parts: filled in one pass, left out where nothing is known, never half understood."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from playbooks.template import filled, unfilled

ORDER = "{% if order.number %}Order {{ order.number }}.{% else %}Which order?{% endif %}"


@pytest.mark.parametrize(
    ("template", "values", "text"),
    [
        (ORDER, {"order.number": "SV-1"}, "Order SV-1."),
        (ORDER, {}, "Which order?"),
        (ORDER, {"order.number": "  "}, "Which order?"),
        ("A{% unless a.b %}, B{% endunless %}", {}, "A, B"),
        ("A{% unless a.b %}, B{% endunless %}", {"a.b": "x"}, "A"),
        ('{% if a.b == "Late" %}yes{% endif %}', {"a.b": "late"}, "yes"),
        ("{% if a.b != 'late' %}yes{% endif %}", {"a.b": "late"}, ""),
        ("{% unless a.b == 'late' %}yes{% endunless %}", {"a.b": "late"}, ""),
        ("{%- if a.b != blank -%}yes{%- endif -%}", {"a.b": "x"}, "yes"),
        ("One.\n\n{% if a.b %}\nTwo.\n{% endif %}\n\nThree.", {}, "One.\n\nThree."),
    ],
)
def test_a_part_stands_only_where_it_applies(template: str, values: dict[str, str], text: str) -> None:
    assert filled(template, values).text == text


def test_what_a_left_out_part_names_is_not_missing() -> None:
    assert filled(ORDER, {}).missing == ()
    assert filled("{% if a.b %}{{ c.d }}{% endif %}", {"a.b": "x"}).missing == ("c.d",)


def test_parts_within_parts_are_not_understood_and_never_sent() -> None:
    assert unfilled(filled("{% if a.b %}x{% if c.d %}y{% endif %}z{% endif %}", {"a.b": "1"}).text)


@given(value=st.text(max_size=60))
def test_a_value_is_never_read_as_a_template(value: str) -> None:
    said = filled("<{{ a.b }}>", {"a.b": f"x{value}{{% if q.r %}}no{{% endif %}}{{{{ q.r }}}}"})
    assert said.missing == ()
    assert "{% if q.r %}no{% endif %}{{ q.r }}" in said.text
