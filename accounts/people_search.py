"""People found as somebody types them: by kanji, kana of any width, hiragana, with or without the
space between 姓 and 名."""

import unicodedata
from collections.abc import Iterable
from typing import Any, TypeVar

from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Concat
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from accounts.kana import as_katakana

Found = TypeVar("Found", bound=Model)

MOST_WORDS = 8


def find_people(
    queryset: QuerySet[Found], text: str, *, fields: Iterable[str], people: Iterable[str] = ("",)
) -> QuerySet[Found]:
    """Filter rows by words, each of which has to fit. ``people``: paths to somebody with a name."""
    paths = [*fields]
    for number, way in enumerate(people):
        name, kana = f"whole_name_{number}", f"whole_kana_{number}"
        queryset = queryset.alias(
            **{
                name: Concat(f"{way}family_name", f"{way}given_name"),
                kana: Concat(f"{way}family_kana", f"{way}given_kana"),
            }
        )
        paths += [name, kana]
    for word in text.replace("\0", "").split()[:MOST_WORDS]:
        forms = {word, unicodedata.normalize("NFKC", word), as_katakana(word)}
        fits = [Q(**{f"{path}__icontains": form}) for path in paths for form in forms]
        queryset = queryset.filter(Q(*fits, _connector=Q.OR))
    return queryset


class PeopleSearchMixin(ModelAdmin):
    """Searches people by name and kana, besides ``search_fields``."""

    people: tuple[str, ...] = ("",)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        fields = self.get_search_fields(request)
        return find_people(queryset, search_term, fields=fields, people=self.people), False
