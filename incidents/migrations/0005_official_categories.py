"""The two lists of the ministry's manual, and which act belongs to which of the nine types."""

from django.db import migrations

YEAR = 365
TYPES = [
    ("時間拘束型", "Taking up time", 5),
    ("リピート型", "Repeating", 5),
    ("暴言型", "Abusive language", 5),
    ("暴力型", "Violence", 10),
    ("威嚇・脅迫型", "Intimidation and threats", 10),
    ("権威型", "Abuse of authority", 5),
    ("店舗外拘束型", "Detaining outside the premises", 5),
    ("SNS・インターネット上での誹謗中傷型", "Defamation on the internet", 5),
    ("セクシュアルハラスメント型", "Sexual harassment", 10),
]
ACTS = [
    ("身体的な攻撃", "Physical attack", "暴力型", 10),
    ("精神的な攻撃", "Mental attack", "暴言型", 5),
    ("威圧的な言動", "Overbearing conduct", "威嚇・脅迫型", 5),
    ("土下座の要求", "Demand to kneel down", "権威型", 5),
    ("継続的な、執拗な言動", "Persistent conduct", "リピート型", 5),
    ("拘束的な行動(不退去・居座り・監禁・長電話)", "Refusing to leave, detaining, long calls",
     "時間拘束型", 5),
    ("差別的な言動", "Discriminating conduct", "暴言型", 5),
    ("性的な言動", "Sexual conduct", "セクシュアルハラスメント型", 10),
    ("従業員個人への攻撃・要求", "Attacks on or demands to one employee", "威嚇・脅迫型", 5),
    ("盗撮・つきまとい", "Secret filming, stalking", "セクシュアルハラスメント型", 10),
    ("過度な商品交換の要求", "Excessive demand to exchange goods", "権威型", 5),
    ("優遇の要求", "Demand for favours", "権威型", 5),
    ("過度な金銭補償の要求", "Excessive demand for money", "権威型", 5),
    ("過度な謝罪・面会の要求", "Excessive demand for an apology or a meeting",
     "店舗外拘束型", 5),
    ("SNSでの誹謗中傷", "Defamation in social media",
     "SNS・インターネット上での誹謗中傷型", 5),
]  # fmt: skip


def seed(apps, schema_editor):
    Category = apps.get_model("incidents", "Category")
    types = {
        name: Category.objects.create(
            taxonomy="types", name=name, name_in_english=english, order=10 * number,
            keep_days=years * YEAR,
        )
        for number, (name, english, years) in enumerate(TYPES, 1)
    }  # fmt: skip
    Category.objects.bulk_create(
        Category(
            taxonomy="acts", name=name, name_in_english=english, order=10 * number,
            keep_days=years * YEAR, corresponds_to=types[kind],
        )
        for number, (name, english, kind, years) in enumerate(ACTS, 1)
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("incidents", "0004_categories_and_retention")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
