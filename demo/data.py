"""The demo's companies, as plain data: who works where. Example persons, all invented."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DemoCompany:
    schema: str
    name: str
    support: bool
    departments: tuple[tuple[str, str], ...]
    sites: tuple[tuple[str, str, float, float, tuple[str, ...], str], ...]
    outside_firm: str

    @property
    def short_name(self) -> str:
        return self.name.removesuffix("株式会社")


ACME = DemoCompany(
    schema="acme",
    name="東都百貨店株式会社",
    support=True,
    departments=(
        ("10", "婦人服フロア"),
        ("20", "食品フロア"),
        ("30", "お客様相談室"),
        ("40", "総務部"),
    ),
    sites=(
        (
            "日本橋本店",
            "東京都中央区日本橋1丁目",
            35.68461,
            139.77412,
            ("B1", "1階", "2階", "3階"),
            "内線 2101",
        ),
        (
            "新宿店",
            "東京都新宿区新宿3丁目",
            35.69184,
            139.70395,
            ("1階", "2階", "3階"),
            "内線 2201",
        ),
    ),
    outside_firm="日本橋アパレル販売株式会社",
)

GLOBEX = DemoCompany(
    schema="globex",
    name="みどり訪問看護株式会社",
    support=False,
    departments=(
        ("10", "訪問看護一課"),
        ("20", "訪問看護二課"),
        ("30", "相談支援課"),
        ("40", "管理部"),
    ),
    sites=(
        (
            "世田谷ステーション",
            "東京都世田谷区桜新町1丁目",
            35.63171,
            139.64488,
            ("1階",),
            "03-0000-2310",
        ),
        (
            "横浜ステーション",
            "神奈川県横浜市中区本町4丁目",
            35.44870,
            139.63650,
            ("2階",),
            "045-000-2320",
        ),
    ),
    outside_firm="みなと看護師紹介株式会社",
)

# 姓, 名, せい, めい. The first ones play the parts of the stories.
NAMES = (
    ("髙橋", "美咲", "タカハシ", "ミサキ"),  # anna: taps
    ("佐藤", "健一", "サトウ", "ケンイチ"),  # boris: her supervisor
    ("田中", "陽子", "タナカ", "ヨウコ"),  # the next on the ladder
    ("鈴木", "千夏", "スズキ", "チナツ"),  # carla: supervisor elsewhere
    ("山本", "恵", "ヤマモト", "メグミ"),  # hanna: HR
    ("伊藤", "さくら", "イトウ", "サクラ"),  # keiko: occupational health
    ("渡辺", "大輔", "ワタナベ", "ダイスケ"),  # daisuke: looks after the devices of the first site
    ("中村", "由美", "ナカムラ", "ユミ"),
    ("小林", "誠", "コバヤシ", "マコト"),
    ("加藤", "真理", "カトウ", "マリ"),
    ("吉田", "翔太", "ヨシダ", "ショウタ"),
    ("山田", "花子", "ヤマダ", "ハナコ"),
    ("佐々木", "隆", "ササキ", "タカシ"),
    ("山口", "愛", "ヤマグチ", "アイ"),
    ("松本", "修", "マツモト", "オサム"),
    ("井上", "直子", "イノウエ", "ナオコ"),
    ("木村", "拓", "キムラ", "タク"),
    ("林", "美穂", "ハヤシ", "ミホ"),
    ("斎藤", "亮", "サイトウ", "リョウ"),
    ("清水", "香織", "シミズ", "カオリ"),
    ("山崎", "剛", "ヤマザキ", "ツヨシ"),
    ("森", "彩", "モリ", "アヤ"),
    ("池田", "浩", "イケダ", "ヒロシ"),
    ("橋本", "奈々", "ハシモト", "ナナ"),
    ("阿部", "潤", "アベ", "ジュン"),
    ("石川", "優子", "イシカワ", "ユウコ"),
    ("前田", "洋平", "マエダ", "ヨウヘイ"),
    ("藤田", "理恵", "フジタ", "リエ"),
    ("小川", "学", "オガワ", "マナブ"),
    ("岡田", "結衣", "オカダ", "ユイ"),
)
