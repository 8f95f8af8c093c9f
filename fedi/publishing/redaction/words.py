"""Word lists of the finders: who was there, who was taken, given names, and what is capitalised and is no name."""

from __future__ import annotations

PRESENT = r"""
    present attend(?:ed|ees?|ing|ance) apologies absent took_part participants? participated came joined_us joined_by
    were_there turned_up showed_up signed_in
    asist\w{2,6} presentes? particip(?:aron|ó|antes?) acudi(?:eron|ó) estuv(?:ieron|o) vinieron ausentes?
    présente?s? excusée?s? absente?s? participantes? ont_participé a_participé assist(?:é|aient|ait|ants?) étaient_là
    sont_venue?s?
    anwesend\w{0,2} teilgenommen nahm(?:en)?_teil nahmen teilnehm\w{2,7} dabei waren_da kamen entschuldigt
    compareceram compareceu participaram participou estiveram esteve vieram
"""
TAKEN = r"""
    arrest(?:ed|s|ees?)? detain(?:ed|ees?) custody handcuffs locked_up jailed imprisoned charged prisoners? released
    held_by taken_away
    deteni\w{2,4} detuvieron arrest(?:ad[oa]s?|aron) encarcelad[oa]s? pres[oa]s? imputad[oa]s?
    arrêtée?s? interpellée?s? détenue?s? incarcérée?s? garde_à_vue emprisonnée?s?
    verhaftet\w{0,2} festgenommen\w{0,2} inhaftiert\w{0,2} gewahrsam in_haft gefangene\w? angeklagt\w{0,2}
    detid[oa]s? detiveram prenderam prision\w{2,6}
"""
ARABIC = """
    حضر(?:ت|وا|ه|ها)? الحضور الحاضر(?:ون|ين|ات) حاضر(?:ون|ات)? شارك(?:ت|وا)? المشارك(?:ون|ين)
    اعتُ?قل(?:ت|وا)? اعتقال المعتقل(?:ون|ين|ة)? معتقل(?:ون|ين|ة)? احتُ?جز(?:ت|وا)? المحتجز(?:ون|ين)
    سُ?جن(?:ت|وا)? السجينة? الموقوف(?:ون|ين) أوقف(?:ت|وا)? توقيف قبض_على القبض_على
"""
ARABIC_GIVEN = """
    محمد أحمد احمد محمود علي عمر حسن حسين خالد يوسف إبراهيم ابراهيم مصطفى سعيد كريم سامي طارق ياسر وليد رامي عادل
    جمال كمال نبيل هشام سمير عبد عبدالله فاطمة مريم عائشة زينب خديجة سارة ليلى نور هدى منى سلمى أمل امل رنا دينا هبة
    إيمان ايمان أسماء اسماء سعاد نادية ياسمين رشيد حميد إدريس زياد بلال أنس عمرو أيمن باسم فؤاد لمياء سمية رحمة شيماء
    آية حنان سناء نجوى وفاء ريم لبنى غسان مروان عثمان حمزة بدر فيصل ماجد
"""
ARABIC_NO_SURNAME = """
    في من إلى على عن مع هذا هذه كل قبل بعد يوم أمس إن أن كان كانت ثم لم لا قد حيث أمام داخل خلال عند
"""
PARTICLES = """
    de da do dos das del della di du des van von der den zu bin bint ibn al el le la
    De La Le Los Las Du Des Van Von El Al Bin
"""


def _all(words: str) -> frozenset[str]:
    return frozenset(words.split())


ARTICLES = _all(
    """
    the le la les l' l’ du des au aux un une el los las del al una der die das den dem ein eine einer zur zum vom beim
    im our their nuestra nuestro notre nos unser unsere
    """
)
"""A name of a person has none before it in the languages that these are of; names of groups have."""
NO_NAMES = ARTICLES | _all(
    """
    a an and of in on at for to with from we they he she it this that these those all no not are was were is
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december spring summer autumn winter christmas easter ramadan
    lunes martes miércoles jueves viernes sábado domingo enero febrero marzo abril mayo junio julio agosto
    septiembre octubre noviembre diciembre lundi mardi mercredi jeudi vendredi samedi dimanche janvier février mars
    avril mai juin juillet août septembre octobre novembre décembre montag dienstag mittwoch donnerstag freitag
    samstag sonntag januar februar märz juni juli oktober dezember segunda terça quarta quinta sexta janeiro fevereiro
    março maio junho julho setembro outubro novembro dezembro
    street road avenue lane square hall house houses court centre center school church mosque chapel park market
    bridge station library university college hospital kitchen garden gardens harbour harbor estate building tower
    block group groups union unions assembly council committee collective network alliance coalition association
    federation front party movement campaign workers tenants renters residents neighbours neighbors members people
    police prison jail ministry government office city town county state national international local north south
    east west united kingdom states nations europe european britain england scotland wales ireland germany france
    spain portugal brazil mexico egypt morocco london bristol berlin paris madrid lisbon cairo solidarity mutual aid
    action day days meeting minutes agenda decision decisions open letter film night food bank red black green white
    blue river quay royal saint st mount old new great little upper lower high main first second third inquiry legal
    queen king officers officer
    calle plaza casa asamblea sindicato vivienda inquilinas inquilinos vecinas vecinos barrio ayuntamiento policía
    nacional municipal grupo red colectivo coordinadora plataforma comité comisión juzgado cárcel parque mercado
    escuela universidad san santa rue maison salle assemblée syndicat collectif comité commission locataires quartier
    mairie nationale préfecture tribunal école université marché parc place groupe réseau sainte association amis
    straße platz haus saal zentrum versammlung plenum gruppe initiative bündnis verein gewerkschaft mieter mieterinnen
    mieterverein mietergewerkschaft nachbarschaft polizei gericht gefängnis schule kirche küche garten stadt bezirk
    rathaus amt wir sie es am aus auf bei bundespolizei menschen personen frauen männer kinder leute gäste delegierte
    aktive rua praça centro assembleia sindicato coletivo movimento associação federação comissão moradores moradoras
    bairro câmara prefeitura polícia militar civil cadeia escola universidade parque grupo rede os as um uma nossa
    nosso conselho frente união comunidade
    """
)
