"""Units of official Chinese and what they are brought to, so that 3.6亿元 and 36000万元 are one number."""

from __future__ import annotations

from typing import Final

UNITS: Final[dict[str, tuple[str, float]]] = {
    # money
    "元钱": ("CNY", 1), "元": ("CNY", 1), "块钱": ("CNY", 1), "美元": ("USD", 1), "欧元": ("EUR", 1), "港元": ("HKD", 1),
    "个亿": ("CNY", 1e8), "个多亿": ("CNY", 1e8),
    # shares and ratios
    "%": ("%", 1), "％": ("%", 1), "‰": ("%", 0.1), "个百分点": ("percentage point", 1), "百分点": ("percentage point", 1),
    "倍": ("times", 1),
    # area; 15 mu are a hectare
    "亩": ("mu", 1), "公顷": ("mu", 15),
    "平方公里": ("km2", 1), "平方千米": ("km2", 1), "平方米": ("m2", 1), "平米": ("m2", 1), "平方": ("m2", 1),
    # mass
    "吨": ("t", 1), "公斤": ("t", 1e-3), "千克": ("t", 1e-3), "斤": ("t", 5e-4),
    # volume
    "立方米": ("m3", 1), "升": ("L", 1),
    # length
    "公里": ("km", 1), "千米": ("km", 1), "里": ("km", 0.5), "米": ("m", 1), "毫米": ("mm", 1),
    # power and energy
    "千瓦时": ("kWh", 1), "度电": ("kWh", 1), "度": ("kWh", 1), "千瓦": ("kW", 1), "兆瓦": ("kW", 1e3),
    # time
    "分钟": ("min", 1), "个小时": ("h", 1), "小时": ("h", 1), "秒": ("s", 1),
    "天": ("day", 1), "个工作日": ("working day", 1), "个月": ("month", 1), "年": ("year", 1),
    # frequency
    "次": ("次", 1), "场次": ("场次", 1), "人次": ("人次", 1),
}  # fmt: skip
"""Unit as written → (unit that it is brought to, factor)."""

COUNTERS: Final = (
    "个户家人名件项条座处所起例台辆套栋间支份批只头场届宗张篇部位门类轮站期岁艘架株棵盏眼口组队团班片块孔根封本期盘幢"
)
"""Measure words of what is counted: the number stands as it is, with the measure word for its unit."""
