"""What people write before a colon or above a list in minutes, in six languages."""

from __future__ import annotations

from collections.abc import Mapping

TITLE, DATE, TIME, UNTIL, ZONE, PLACE = "title", "date", "time", "until", "timezone", "place"
PRESENT, REMOTE, NEXT, AGENDA = "present", "remote", "next", "agenda"
DECISIONS, ACTIONS, DECISION, ACTION = "decisions", "actions", "decision", "action"
NOTES, FACILITATION, NOTE_TAKER, LANGUAGE, TAGS = (
    "notes",
    "facilitation",
    "taker",
    "language",
    "tags",
)

PIECES: Mapping[str, str] = {
    DECISION: "decisions",
    DECISIONS: "decisions",
    ACTION: "actions",
    ACTIONS: "actions",
}
"""Which list a piece belongs to that stands behind such a label."""

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        TITLE: "title, subject, topic",
        DATE: "date, day, when, meeting date, date of meeting",
        TIME: "time, from, start, starts at, start time, hours",
        UNTIL: "until, end, end time, ends at",
        ZONE: "time zone, timezone, tz",
        PLACE: "place, location, where, venue, room",
        PRESENT: "present, attendance, attendees, participants, people, who was there, in attendance",
        REMOTE: "by phone, online participants, remote",
        NEXT: "next meeting, next",
        AGENDA: "agenda, topics, items",
        DECISIONS: "decisions, what was decided, resolutions, decided",
        DECISION: "decision, resolution, resolved",
        ACTIONS: "actions, action items, tasks, to do, todo, to-do, todos, who does what, next steps",
        ACTION: "action, action item, task",
        NOTES: "notes, discussion, minutes",
        FACILITATION: "facilitation, facilitator, chair, moderation, facilitated by",
        NOTE_TAKER: "note taker, notetaker, note-taker, minutes by, scribe, notes by, secretary",
        LANGUAGE: "language, lang",
        TAGS: "tags, hashtags, keywords, categories",
    },
    "de": {
        TITLE: "titel, betreff, thema",
        DATE: "datum, tag, wann, sitzungsdatum",
        TIME: "zeit, uhrzeit, beginn, von, start",
        UNTIL: "bis, ende, schluss",
        ZONE: "zeitzone",
        PLACE: "ort, wo, raum, treffpunkt",
        PRESENT: "anwesend, anwesende, teilnehmende, teilnehmer, teilnehmer*innen, teilnehmerinnen",
        REMOTE: "online dabei, am telefon, zugeschaltet",
        NEXT: "nächstes treffen, nächste sitzung, nächster termin, nächstes plenum",
        AGENDA: "tagesordnung, tagesordnungspunkte, tops, themen",
        DECISIONS: "beschlüsse, entscheidungen, beschlossen",
        DECISION: "beschluss, entscheidung",
        ACTIONS: "aufgaben, wer macht was, nächste schritte, zu tun",
        ACTION: "aufgabe",
        NOTES: "notizen, mitschrift, protokoll, diskussion",
        FACILITATION: "moderation, gesprächsleitung, sitzungsleitung",
        NOTE_TAKER: "protokollführung, schriftführung, protokolliert von",
        LANGUAGE: "sprache",
        TAGS: "schlagwörter, stichwörter",
    },
    "es": {
        TITLE: "título, titulo, asunto, tema",
        DATE: "fecha, día, cuándo, fecha de la reunión",
        TIME: "hora, inicio, desde, horario",
        UNTIL: "hasta, fin, final",
        ZONE: "zona horaria, huso horario",
        PLACE: "lugar, dónde, sitio, local, sala",
        PRESENT: "asistentes, asistencia, presentes, participantes, personas",
        REMOTE: "por teléfono, en línea",
        NEXT: "próxima reunión, próxima asamblea, siguiente reunión",
        AGENDA: "orden del día, agenda, temas, puntos",
        DECISIONS: "decisiones, acuerdos, resoluciones",
        DECISION: "decisión, acuerdo, resolución",
        ACTIONS: "tareas, acciones, quién hace qué, próximos pasos, pendientes",
        ACTION: "tarea, acción",
        NOTES: "notas, discusión, debate, acta",
        FACILITATION: "facilitación, facilita, moderación, modera",
        NOTE_TAKER: "toma notas, toma de notas, acta por, secretaría",
        LANGUAGE: "idioma, lengua",
        TAGS: "etiquetas",
    },
    "fr": {
        TITLE: "titre, objet, sujet",
        DATE: "date, jour, quand, date de la réunion",
        TIME: "heure, début, de, horaire",
        UNTIL: "jusqu'à, jusqu’à, fin",
        ZONE: "fuseau horaire",
        PLACE: "lieu, où, salle, endroit",
        PRESENT: "présents, présentes, présent·e·s, présent(e)s, participants, participant·e·s, présence",
        REMOTE: "par téléphone, en ligne, à distance",
        NEXT: "prochaine réunion, prochaine assemblée, prochaine ag",
        AGENDA: "ordre du jour, points, sujets",
        DECISIONS: "décisions, décidé, résolutions",
        DECISION: "décision, résolution",
        ACTIONS: "actions, tâches, à faire, qui fait quoi, prochaines étapes",
        ACTION: "action, tâche",
        NOTES: "notes, discussion, compte rendu, compte-rendu",
        FACILITATION: "animation, facilitation, modération, animé par",
        NOTE_TAKER: "prise de notes, secrétaire, secrétariat, notes par",
        LANGUAGE: "langue",
        TAGS: "mots-clés, étiquettes",
    },
    "pt": {
        TITLE: "título, titulo, assunto, tema",
        DATE: "data, dia, quando, data da reunião",
        TIME: "hora, horário, início, das",
        UNTIL: "até, fim, término",
        ZONE: "fuso horário",
        PLACE: "local, lugar, onde, sala",
        PRESENT: "presentes, presença, participantes, pessoas",
        REMOTE: "por telefone, online, em linha",
        NEXT: "próxima reunião, próxima assembleia, próximo encontro",
        AGENDA: "pauta, ordem do dia, ordem de trabalhos, agenda, pontos",
        DECISIONS: "decisões, deliberações, resoluções, encaminhamentos",
        DECISION: "decisão, deliberação, resolução",
        ACTIONS: "tarefas, ações, quem faz o quê, próximos passos, a fazer",
        ACTION: "tarefa, ação",
        NOTES: "notas, discussão, debate, ata, acta",
        FACILITATION: "facilitação, moderação, mediação",
        NOTE_TAKER: "relatoria, redação da ata, secretaria, notas por",
        LANGUAGE: "língua, idioma",
        TAGS: "etiquetas, palavras-chave",
    },
    "ar": {
        TITLE: "العنوان, الموضوع",
        DATE: "التاريخ, تاريخ الاجتماع, اليوم, متى",
        TIME: "الوقت, الساعة, من, البداية, من الساعة",
        UNTIL: "حتى, إلى, النهاية, حتى الساعة",
        ZONE: "المنطقة الزمنية",
        PLACE: "المكان, الموقع, أين, القاعة",
        PRESENT: "الحضور, الحاضرون, عدد الحضور, المشاركون",
        REMOTE: "عبر الهاتف, عن بعد",
        NEXT: "الاجتماع القادم, الاجتماع المقبل, اللقاء القادم",
        AGENDA: "جدول الأعمال, البنود, المحاور",
        DECISIONS: "القرارات, ما تقرر, قرارات",
        DECISION: "القرار, قرار",
        ACTIONS: "المهام, المهمات, من يفعل ماذا, الخطوات القادمة, مهام",
        ACTION: "المهمة, مهمة",
        NOTES: "الملاحظات, النقاش, المحضر, ملاحظات",
        FACILITATION: "التيسير, إدارة الجلسة, الميسر, الميسرة",
        NOTE_TAKER: "تدوين الملاحظات, كتابة المحضر, المقرر, المقررة",
        LANGUAGE: "اللغة",
        TAGS: "الوسوم, وسوم",
    },
}


def _table() -> dict[str, tuple[str, frozenset[str]]]:
    """Return for each word what it means, and in which languages; the first meaning counts."""
    found: dict[str, tuple[str, frozenset[str]]] = {}
    for language, meanings in _WORDS.items():
        for meaning, words in meanings.items():
            for word in words.split(", "):
                known, languages = found.get(word, (meaning, frozenset[str]()))
                found[word] = known, languages | {language}
    return found


_MEANINGS = _table()


def meaning_of(words: str) -> tuple[str, frozenset[str]]:
    """Return what a label means, '' where nobody knows it, and the languages it is a word of."""
    plain = " ".join(words.casefold().replace("_", " ").split())
    return _MEANINGS.get(plain, ("", frozenset()))
