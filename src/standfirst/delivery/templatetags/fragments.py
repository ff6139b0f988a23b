"""`{% load fragments %}`: where a fragment stands on a page, and what the items of a fragment are."""

from __future__ import annotations

from django import template
from django.conf import settings
from django.template.base import FilterExpression, NodeList, Parser, Token, token_kwargs
from django.template.context import Context
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from standfirst.delivery import fragments, trace
from standfirst.delivery.store.entry import FragmentRef

register = template.Library()

OPTIONS = frozenset({"without", "limit", "at", "of"})


class FragmentNode(template.Node):
    """Writes a marker while the page is traced, else the fragment itself."""

    def __init__(self, name: str, options: dict[str, FilterExpression]) -> None:
        self.name = name
        self.options = options

    def render(self, context: Context) -> SafeString:
        given = {option: expression.resolve(context) for option, expression in self.options.items()}
        ref = FragmentRef(
            self.name,
            get_language() or settings.LANGUAGE_CODE,
            without=_text(given.get("without")),
            limit=int(given.get("limit") or 0),
            at=_text(given.get("at")),
            of=_text(given.get("of")),
        )
        return written(ref, context)


def written(ref: FragmentRef, context: Context) -> SafeString:
    """Return what stands at the place `ref`: a marker while the page is traced, else the fragment itself."""
    if trace.current() is not None and not fragments.is_collecting():
        return mark_safe(fragments.marker(ref))  # noqa: S308 - our own comment around hexadecimal digits
    request = fragments.request_for(ref.edition, context.get("request"))
    html = fragments.place(fragments.render(ref.name, request, ref.of), ref).decode()
    return mark_safe(html)  # noqa: S308 - a template wrote it


class ItemNode(template.Node):
    """An entry of a fragment that a page may leave out by its key."""

    def __init__(self, key: FilterExpression, inside: NodeList) -> None:
        self.key = key
        self.inside = inside

    def render(self, context: Context) -> SafeString:
        if not fragments.is_collecting():
            return self.inside.render(context)
        before, after = fragments.item_markers(_text(self.key.resolve(context)))
        return mark_safe(f"{before}{self.inside.render(context)}{after}")  # noqa: S308 - a template wrote it


@register.tag("fragment")
def fragment(parser: Parser, token: Token) -> FragmentNode:
    """`{% fragment "picks" without=page.pk limit=4 at=request.path of="week" %}`; all but the name may be left out.

    Raises:
        TemplateSyntaxError: while the template is loaded, for a fragment or an option that does not exist.
    """
    _tag, quoted, *bits = [*token.split_contents(), ""]
    name = quoted[1:-1]
    if quoted not in (f'"{name}"', f"'{name}'") or name not in fragments.names():
        known = ", ".join(fragments.names())
        raise template.TemplateSyntaxError(f"There is no fragment {quoted}: write one of these in quotes: {known}.")
    bits = bits[:-1]
    options = token_kwargs(bits, parser)
    if bits or not OPTIONS.issuperset(options):
        wrong = bits[0] if bits else min(set(options) - OPTIONS)
        raise template.TemplateSyntaxError(f"A fragment takes without=, limit=, at= and of=, not {wrong!r}.")
    if "of" in options and not fragments.takes_of(name):
        raise template.TemplateSyntaxError(
            f"The fragment {quoted} is the same everywhere in its edition: leave out of=."
        )
    return FragmentNode(name, options)


@register.tag("item")
def item(parser: Parser, token: Token) -> ItemNode:
    """`{% item key %}…{% enditem %}` in a fragment's template; items do not stand in one another."""
    bits = token.split_contents()
    if len(bits) != 2:
        raise template.TemplateSyntaxError("An item takes its key and nothing else: {% item story.pk %}.")
    inside = parser.parse(("enditem",))
    parser.delete_first_token()
    if inside.get_nodes_by_type(ItemNode):
        raise template.TemplateSyntaxError("An item cannot stand in another item.")
    return ItemNode(parser.compile_filter(bits[1]), inside)


@register.simple_tag
def here() -> SafeString:
    """Inside an item whose key is an address: ` aria-current="page"` on that page, `"true"` below it, else nothing."""
    return mark_safe(fragments.here_marker() if fragments.is_collecting() else "")  # noqa: S308 - our own comment


def _text(value: object) -> str:
    return "" if value is None else str(value)
