"""Texts of groups to look at: one of each kind as long as it may be, and one as short; days are filled in."""

from __future__ import annotations

UPDATE = """---
language: en
hashtags: [housing]
---
The lift at Spinnaker House is working again after nine weeks. Forty-one letters, one visit to the housing office, and
a borrowed lawyer. Thank you to everyone who carried shopping up the stairs. #heat
"""
POLL = """---
language: en
options: [Tuesdays, Thursdays, "Every other Sunday, with something hot to eat, in the yard behind the depot"]
multiple: yes
open_for: 3 weeks
hashtags: [food]
---
When shall we cook for the late shift? The kitchen is free on three days a week from January on.
"""
MINUTES = """---
title: Heat, Marsh Street, and who holds the keys
language: en
date: {met}T19:00
end: {met}T21:10
timezone: Europe/London
place: {{name: Kingsley Hall, area: Bristol, street: Old Market 59, precision: street}}
attendance: 27
hashtags: [housing, heat, consent]
decisions:
  - {{text: We carry the Marsh Street kitchen until the hearing., consent: 29, stand_aside: 1, block: 0}}
  - {{text: "Sheets from windows, no faces.", how: consensus, result: amended, consent: 31, stand_aside: 0, block: 1}}
  - {{text: A third key for the food co-op., result: postponed, review: {review}}}
  - {{text: We move the assembly to Tuesdays., how: vote, result: rejected, consent: 1200, stand_aside: 2, block: 2}}
  - {{text: A banner for the bridge., how: lot, result: withdrawn}}
  - {{text: Two of us speak for all at the council., how: delegation}}
---
## Agenda

1. Round: how hot is it at yours
2. Marsh Street kitchen

### 1. How hot is it at yours

Top floors at Spinnaker House read **31 to 34 degrees** at nine in the evening. The thermometers from
[Vancouver](https://alder.example/heat) arrived: 12 of them, to be lent for a week at a time. #heat

> Three people sleep in the corridor.

| Floor | At nine in the evening | At six in the morning |
| --- | --- | --- |
| First | 27 | 24 |
| Ninth | 34 | 31 |

```
a line that is far too long for any small screen, and yet must be read, to its very end, without breaking the page
```
"""
CALL = """---
title: Open the windows
language: en
start: {day}T17:00
end: {day}T18:00
timezone: Europe/London
place: {{name: Kingsley Hall, area: Bristol, street: Old Market 59, lat: 51.45432, lon: -2.58, precision: exact}}
online: https://meet.example/windows
status: {status}
hashtags: [heat]
---
**What.** At 17:00, measure the temperature indoors. Write the number large on a sheet or a towel. Hang it out of the
window, or carry it to the street.

**Who carries it.** No committee. Every group that joins publishes its own plan.
"""
REQUEST = """---
title: Marsh Street stays together
language: en
by: {by}
state: {state}
needs:
  - {{kind: money, amount: 6000, unit: GBP, of: "Court fees, an interpreter, gas for the kitchen"}}
  - {{kind: goods, amount: 30, unit: beds, of: "New or washed; drop off at Kingsley Hall"}}
  - {{kind: hours, amount: 160.5, of: childcare}}
  - {{kind: legal, of: people who can sit in court}}
links:
  - {{name: Credit union pay page, url: "https://fund.example/marsh"}}
  - {{name: Transfer, url: "payto://iban/DE75512108001245126199"}}
hashtags: [housing]
---
Eleven households above the old bakery got notice on the same morning. They decided in one evening to stay together
until the hearing. Here is what keeps them there.
"""
ARABIC = """---
title: غرف باردة في الشتاء وساخنة في الصيف
language: ar
date: {met}T19:00
timezone: Africa/Algiers
decisions:
  - {{text: نفتح النوافذ يوم السبت.}}
---
اجتمع ثلاثون مستأجرا في الحي. #سكن
"""
SHORT = {
    "update": "---\n---\nx\n",
    "minutes": "---\ntitle: Tea\ndate: {met}T19:00\ntimezone: UTC\n---\n",
    "call": "---\ntitle: Tea\nstart: {day}T10:00\ntimezone: Asia/Kathmandu\n---\n",
    "request": "---\ntitle: Tea\nneeds: [{{kind: other}}]\n---\n",
}
