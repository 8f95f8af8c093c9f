"""Icons and stamps in a box of 24: an icon is a stroke, a stamp is filled shapes."""

from __future__ import annotations

ICONS: dict[str, str] = {
    "home": "M4 11l8-7 8 7v9H4zM10 20v-6h4v6",
    "set": "M4 7h9M19 7h1M4 17h1M11 17h9M16 4v6M8 14v6",
    "cal": "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4",
    "pin": "M12 21s7-6.5 7-11.5a7 7 0 0 0-14 0C5 14.5 12 21 12 21zM12 12a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5",
    "globe": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c-5 5-5 13 0 18 5-5 5-13 0-18",
    "lock": "M5 11h14v10H5zM8 11V7.5a4 4 0 0 1 8 0V11",
    "check": "M4 12.5l5.5 5.5L20 6.5",
    "warn": "M12 3L2 20.5h20zM12 9.5v5M12 17.5v.2",
    "down": "M12 3v12M6.5 10L12 15.5 17.5 10M4 20.5h16",
    "print": "M7 9V3h10v6M7 17H3V9h18v8h-4M7 14h10v7H7z",
    "share": "M6 12v8.5h12V12M12 15V3M7.5 7L12 2.5 16.5 7",
    "feed": "M5 5a14 14 0 0 1 14 14M5 11a8 8 0 0 1 8 8M5.5 18.5h.1",
    "people": "M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c0-4 3-6 6.5-6s6.5 2 6.5 6M16 4.5a3.5 3.5 0 0 1 0 6"
    "M18 14.5c2 .8 3.5 2.5 3.5 5.5",
    "go": "M9 5l7 7-7 7",
    "lang": "M3 5h10M8 3v2c0 5-2 8-5 10M5 9c1 3 4 5 7 6M12.5 21l4.5-11 4.5 11M14 17.5h6",
    "search": "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5L21 21",
    "pen": "M4 20l1-5L16 4l4 4L9 19z",
    "chain": "M10 14a4 4 0 0 0 6 .5l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6-.5l-3 3a4 4 0 0 0 6 6l1-1",
    "clock": "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5.5l3.5 2",
    "server": "M4 4h16v6H4zM4 14h16v6H4zM7.5 7h.1M7.5 17h.1",
    "menu": "M4 6h16M4 12h16M4 18h16",
    "plus": "M12 4v16M4 12h16",
    "eye": "M2 12s4-7 10-7 10 7 10 7-4 7-10 7-10-7-10-7zM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6",
    "flag": "M5 21V4c5-3 9 3 14 0v9c-5 3-9-3-14 0",
    "key": "M8 12a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM11 13l9-9M16 8l3 3",
    "swap": "M4 8h15l-4-4M20 16H5l4 4",
    "no": "M6 6l12 12M18 6L6 18",
    "reply": "M9 6l-6 6 6 6M3 12h11c4 0 7 2 7 7",
    "box": "M3 7l9-4 9 4v10l-9 4-9-4zM3 7l9 4 9-4M12 11v10",
}

STAMPS: dict[str, str] = {
    "minutes": '<path fill-rule="evenodd" d="M4 1h12l4 4v18H4zM7 8v2.5h10V8zm0 5v2.5h10V13zm0 5v2h6v-2z"/>',
    "call": '<path d="M4 17a8 8 0 0 1 16 0zM1 18.5h22V21H1zM10.6 1h2.800v6h-2.800zM2.6 6.300l2.2-1.7 3 4.3-1.9 1.'
    '400zM21.4 6.300l-2.2-1.7-3 4.3 1.9 1.400z"/>',
    "request": '<path fill-rule="evenodd" d="M8.5 5a7 7 0 1 0 0 14 7 7 0 0 0 0-14zM15.5 5a7 7 0 1 0 0 14 7 7 0 0 0 0'
    '-14z"/>',
    "poll": '<path d="M2 3h14v5H2zM2 10h20v5H2zM2 17h9v5H2z"/>',
    "update": '<path d="M2 3h20v13H12l-6 6v-6H2z"/>',
    "playbook": '<path d="M1 4c4-1.5 7-.5 10 1.5V21c-3-2-6-2.5-10-1.5zM23 4c-4-1.5-7-.5-10 1.5V21c3-2 6-2.5 10-1.5z"/'
    ">",
    "offer": '<path d="M7 1l6 7H9v12H5V8H1zM17 23l-6-7h4V4h4v12h4z"/>',
}
