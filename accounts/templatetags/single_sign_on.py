"""Whether the sign-in page offers the company's own sign-in."""

from django import template

from accounts.models import SingleSignOn

register = template.Library()


@register.simple_tag
def has_single_sign_on() -> bool:
    return SingleSignOn.in_use() is not None
