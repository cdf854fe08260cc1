"""日にちと時刻のあいだを空ける。"""

DATETIME_FORMAT = "Y年n月j日 G:i"
