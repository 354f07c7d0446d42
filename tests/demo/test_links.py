"""`make run` lists a link for everybody who has a part in the stories."""

from demo.links import links
from tenants.models import Company


def test_both_supervisors_of_a_ladder_have_a_link(acme: Company) -> None:
    here = [link for link in links() if link.company == "acme"]
    assert [link.role for link in here].count("supervisor") == 2
    assert [link for link in here if ":second" in link.url]
