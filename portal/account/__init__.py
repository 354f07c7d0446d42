"""自分の設定: one page, on every kind of host, for everybody who signs in."""
