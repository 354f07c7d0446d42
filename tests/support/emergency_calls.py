"""A police call, as the form sends it."""

MADE = {
    "made": "on",
    "service": "police",
    "number_called": "110",
    "called_at": "00:00",
    "situation": "レジ前で店員を怒鳴っている",
    "people": "男性1人、黒い上着",
    "weapon": "なし",
    "reference": "A-4711",
    "spoken_to": "佐々木巡査部長",
    "station": "中央署",
}
