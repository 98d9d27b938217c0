"""Who and where: hubs, cities and people of the demonstration.

The cities exist; the hubs, organisations and people are invented, with names as they are written in their languages.
Populations are round figures, good enough for a demonstration.
"""

from __future__ import annotations

from dataclasses import dataclass, field

PASSWORD = "rivermouth-2026"  # noqa: S105 - printed on the first page of the demonstration, on purpose
DOMAIN = "demo.example"


@dataclass(frozen=True)
class City:
    """A city with the people of its team: (name, work); the first coordinates."""

    name: str
    population: int
    people: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Hub:
    """A hub with its organisations, its staff and its cities."""

    name: str
    code: str
    country: str
    language: str
    time_zone: str
    about: str
    organisations: tuple[str, ...]
    manager: str
    trainers: tuple[str, ...]
    trainees: tuple[str, ...]
    cities: tuple[City, ...] = field(default_factory=tuple)


@dataclass
class Made:
    """What has been made so far: ids by name; of hubs by code."""

    people: dict[str, int] = field(default_factory=dict)
    hubs: dict[str, int] = field(default_factory=dict)
    cities: dict[str, int] = field(default_factory=dict)


OFFICE = "Helena Novák"
ALONE = {"city": "Hillbrook", "second": "Nadia Grant"}
"""Whom and what those write about who belong to no team of a city: an invented town, and a colleague there."""
FINLAND = Hub(
    name="National Training Hub Finland",
    code="FI",
    country="FI",
    language="en",
    time_zone="Europe/Helsinki",
    about="Trains Finnish cities and the trainers of the Baltic region.",
    organisations=("Lakeside Centre for Local Administration",),
    manager="Outi Salmi",
    trainers=("Claudia Weiss", "Jyrki Hämäläinen"),
    trainees=("Radu Ionescu", "Žaneta Šimić"),
    cities=(
        City(
            "Turku",
            200_000,
            (
                ("Marja Lehto", "IMS coordinator"),
                ("Paolo Ferri", "Transport planner"),
                ("Ilse van Dorp", "Finance office"),
                ("Väinö Mäkelä", "Energy office"),
            ),
        ),
        City(
            "Lahti",
            120_000,
            (
                ("Päivi Yli-Öhman", "Environment office"),
                ("Ünal Göktürk", "Land use"),
                ("Mihkel Õunapuu", "Transport"),
                ("Sanna Kärkkäinen", "Social services"),
            ),
        ),
        City(
            "Porvoo",
            51_000,
            (("Åsa Sjögren", "Planning office"), ("Börje Öström", "Finance office"), ("Søren Kjærgård", "Ports")),
        ),
        City(
            "Vaasa",
            68_000,
            (
                ("Näkkäläjärvi Áilu", "Energy office"),
                ("Kerttu Hyvärinen", "Mayor's office"),
                ("Göran Lindström", "Schools"),
                ("Māra Kļaviņa", "Social services"),
            ),
        ),
    ),
)
GERMANY = Hub(
    name="Nationales Trainingszentrum Deutschland",
    code="DE",
    country="DE",
    language="de",
    time_zone="Europe/Berlin",
    about="Zwei Organisationen schulen gemeinsam Städte und Gemeinden.",
    organisations=("Seeufer-Institut für Kommunen", "Netzwerk Nachhaltige Gemeinden"),
    manager="Jürgen Groß",
    trainers=("Anneliese Königsbauer", "Łukasz Wójcik"),
    trainees=("Florian Süß", "Katarzyna Żółkiewska"),
    cities=(
        City(
            "Ludwigsburg",
            93_000,
            (
                ("Käthe Müßig", "Nachhaltigkeitsbüro"),
                ("Björn Äugler", "Kämmerei"),
                ("Zoë Weißhaupt", "Stadtplanung"),
                ("Matjaž Žagar", "Energie"),
            ),
        ),
        City(
            "Tübingen",
            91_000,
            (
                ("Günther Höß", "Umweltamt"),
                ("Aylin Şahin", "Verkehrsplanung"),
                ("François Lefèvre", "Stadtwerke"),
                ("José Muñoz", "Sozialamt"),
            ),
        ),
        City(
            "Görlitz",
            56_000,
            (("Grażyna Świątek", "Hauptamt"), ("Dieter Schäfer", "Bauamt"), ("Zuzana Čížková", "Schulamt")),
        ),
        City(
            "Radolfzell am Bodensee",
            31_000,
            (("Beáta Kőműves", "Klimaschutz"), ("Jörg Böhm", "Tiefbau"), ("Maëlle Dübendorfer", "Kämmerei")),
        ),
    ),
)
GREECE = Hub(
    name="National Training Hub Greece",
    code="EL",
    country="GR",
    language="en",
    time_zone="Europe/Athens",
    about="Trains cities in Greece, and works with neighbours around the Adriatic and Ionian seas.",
    organisations=("Ionian School of Public Management",),
    manager="Ελένη Παπαδάκη",
    trainers=("Νίκος Καραγιάννης", "Мария Стоянова"),
    trainees=("Γεωργία Δημητρίου", "Ċensu Għarbi"),
    cities=(
        City(
            "Ioannina",
            113_000,
            (
                ("Κωνσταντίνος Παπαδημητρίου", "Mayor's office"),
                ("Αθηνά Σιδέρη", "Planning"),
                ("Ömer Çelik", "Water works"),
                ("João Conceição", "Parks"),
            ),
        ),
        City(
            "Kalamata",
            72_000,
            (("Σοφία Αλεξίου", "Environment office"), ("Vytautė Žemaitė", "Finance"), ("Δημήτρης Ξένος", "Transport")),
        ),
        City(
            "Trikala",
            81_000,
            (
                ("Χρήστος Ζαφείρης", "Smart city office"),
                ("Jānis Bērziņš", "Energy"),
                ("Ștefan Țurcanu", "Roads"),
                ("Μυρτώ Ψαρού", "Schools"),
            ),
        ),
        City(
            "Karditsa",
            57_000,
            (
                ("Υπατία Φωτεινού", "Development agency"),
                ("Seán Ó Súilleabháin", "Housing"),
                ("Ľubomír Ďurčanský", "Waste"),
                ("Kovács József", "Councillor"),
            ),
        ),
    ),
)
HUBS = (FINLAND, GERMANY, GREECE)


def people() -> list[str]:
    """Return every name, each once."""
    names = [OFFICE]
    for hub in HUBS:
        names += [hub.manager, *hub.trainers, *hub.trainees]
        names += [name for city in hub.cities for name, _work in city.people]
    return names
