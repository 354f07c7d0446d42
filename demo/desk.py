"""The demo's security company: who sits there, from where units start, what operators must know.

All invented, the telephone numbers too.
"""

from accounts.models import Role

# sign-in name: role, 姓, 名, せい, めい
DESK_PEOPLE = {
    "olga": (Role.OPERATOR, "大野", "玲子", "オオノ", "レイコ"),
    "otto": (Role.OPERATOR, "岸本", "悠", "キシモト", "ユウ"),
    "lena": (Role.LEAD, "三宅", "礼子", "ミヤケ", "レイコ"),
    "rosa": (Role.RESPONDER, "村上", "浩", "ムラカミ", "ヒロシ"),
    "rudi": (Role.RESPONDER, "斉木", "学", "サイキ", "マナブ"),
}
# sign-in name: console
CONSOLES = {"olga": "02", "otto": "03", "lena": "01"}
PLATFORM_PEOPLE = {"platform": (Role.PLATFORM_ADMIN, "大野", "玲子", "オオノ", "レイコ")}

CENTRES = (
    ("東京管制センター", "東京都", "03-0000-2100", "tokyo@ops.example", False),
    ("大阪管制センター", "大阪府", "06-0000-2200", "osaka@ops.example", True),
)

# call sign: base, prefecture, latitude, longitude, how they travel, sign-in name
UNITS = {
    "M-14": ("日本橋待機所", "東京都", 35.6870, 139.7700, "car", "rosa"),
    "B-07": ("新橋待機所", "東京都", 35.6662, 139.7583, "car", "rudi"),
}

# What to do, within how many seconds, and what ticks it by itself
DESK_PROTOCOL = (
    ("位置と音声を確認する(10秒以上、黙って聴く)", 20, "listened"),
    ("上司へ折り返し電話する", 60, "phoned"),
    ("緊急対処員の出動を判断する", 90, "dispatched"),
    ("必要なら110番通報し、受理番号を記録する", None, "emergency_called"),
    ("契約先へ結果を報告する", None, "closed"),
)
ACME_PROTOCOL = (
    ("位置と音声を確認する(10秒以上、黙って聴く)", 20, "listened"),
    ("防災センター(内線2101)へ館内放送「業務連絡 3番」を依頼する", 60, ""),
    ("上司へ折り返し電話する", 90, "phoned"),
    ("緊急対処員の出動を判断する", 120, "dispatched"),
    ("110番通報し、受理番号を記録する", None, "emergency_called"),
    ("契約先へ結果を報告する", None, "closed"),
)

GUIDES = {
    "日本橋本店": {
        "prefecture": "東京都",
        "police_number": "03-0000-4321",
        "warnings": "売場では名乗らず、店員を名前で呼ばないこと。来店客の撮影は禁止。",
        "code_word": "青い傘",
        "entrance": "従業員通用口(北側)。21時以降は防災センター経由。",
        "keys": "防災センターで来館者カードを借りる。",
        "approach": "赤色灯・サイレンは使わず、通用口から業務用エレベーターで3階へ。",
        "camera_url": "https://camera.example/nihonbashi",
    },
    "新宿店": {
        "prefecture": "東京都",
        "police_number": "03-0000-4321",
        "warnings": "地下通路側は人が多い。台車の搬入時間(10時前)は通用口が混む。",
        "code_word": "白い帽子",
        "entrance": "南側通用口。",
        "keys": "警備室で受け取る。",
        "approach": "南側通用口から徒歩で入る。",
    },
    "世田谷ステーション": {
        "prefecture": "東京都",
        "police_number": "03-0000-4321",
        "entrance": "1階正面。",
        "keys": "なし。",
        "approach": "利用者宅が続くため、車は駐車場で待つ。",
    },
    "横浜ステーション": {
        "prefecture": "神奈川県",
        "police_number": "045-000-1212",
        "entrance": "ビル2階、東側階段。",
        "keys": "管理人室。",
        "approach": "東側階段から2階へ。",
    },
}
