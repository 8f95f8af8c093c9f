"""Minutes with everything that minutes can tell."""

from __future__ import annotations

ASSEMBLY = """---
title: "Heat, Marsh Street, and who holds the keys"
language: en
date: 2027-06-03T19:00
end: 2027-06-03T21:10
timezone: Europe/London
place: {name: Kingsley Hall, area: Bristol}
online: yes
attendance: 27
attendance_remote: 6
roles:
  - {role: Facilitation, held_by: M., note: first time}
  - {role: Notes, held_by: K.}
  - Spokesperson
agenda:
  - How hot is it at yours
  - {title: Marsh Street kitchen, notes: The families cook for twenty on weekdays.}
  - Keys to the hall
decisions:
  - text: We carry the Marsh Street kitchen until the hearing on 25 June
    key: 2027-18
    item: Marsh Street kitchen
    consent: 29
    stand_aside: 1
    block: 0
    note: Two cooks and one person for children, every evening.
    reasons:
      - {text: I support it and cannot cook in June., stance: stand_aside}
  - text: Sheets from windows, no faces
    result: amended
    consent: 31
  - text: A third key for the food co-op
    item: 3
    result: postponed
    block: 1
    review: 2027-06-10
    reasons: [Insurance is not clear.]
actions:
  - {text: Evening childcare rota, role: kitchen circle, due: 2027-06-07, done: yes}
  - {text: Ask the hall about insurance, role: K., due: 2027-06-10}
  - Collect old sheets
next:
  date: 2027-06-10T19:00
  place: Kingsley Hall
  agenda: [The key, Summer rota]
witness:
  group: "@mietrat@kiez.example"
  note: The block on the key was heard for eleven minutes and nobody hurried it.
mirror:
  title: "Barrio Sur, Montevideo: nine degrees indoors"
  post: https://barrio.example/posts/62
  group: "@inquilinas@barrio.example"
  note: They ask for one thing, our own numbers.
  prepared_by: kitchen circle
  next: K.
---
We began late.

## How hot is it at yours

Top floors read **31** to 34 degrees.

## Keys to the hall

Two sets, and both with the same two people.
"""
