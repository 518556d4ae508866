"""People of the simulated school: names as real rosters have them, and randomness that repeats."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Person:
    """A Canvas user. ``id`` is local to the school's shard, or global for a visitor's."""

    id: int
    name: str
    sortable: str
    """Family name first, as Canvas sorts rosters."""
    login: str
    sis_id: str | None = None
    deleted: bool = False


def dice(seed: int | str) -> Random:
    """Randomness that is the same for the same seed, on every machine."""
    return Random(seed)  # noqa: S311 - a simulation has to repeat itself; nothing secret is drawn


_GIVENS = """
Ada Aisha Alejandro Amara Amélie Anders Anjali Anna Ben Beatriz Björn Brandon Caleb Camila Carlos
Chloé Chukwuemeka Daniel David Deepa Dmitri Elena Eleni Elif Emeka Emily Ethan Fatima François
Gabriel Grace Hannah Hanna Ibrahim Imani Ines Ingrid Isaac Ivan Jacob Jamal Jana João Jessica José
Julia Kai Kamala Karolína Kofi Lars Laura Leila Liam Lucía Łukasz Maeve Malik Maria Marek Mei
Mateo Mia Mohammed Nadia Naomi Natalia Ngozi Noah Nuno Olga Oliver Omar Oscar Paula Pedro Priya
Quentin Rachel Rahul Raúl Renée Rosa Ruth Ryan Saoirse Sara Sofía Søren Stella Tariq Thandiwe Tom
Uma Valentina Victor Wanjiru William Ximena Yasmin Yusuf Zoë Zsófia
"""
_FAMILIES = """
Abdi Adeyemi Ahmed Almeida Andersson Bakker Baptiste Becker Bennett Bianchi Brown Castillo
Chaudhary Chen Clark Cohen Costa Davies Dąbrowski Diallo Díaz Dubois Eze Fernández Fischer Flores
Gallagher García Gonçalves Green Grünwald Gutiérrez Hakimi Hansen Harris Hernández Horváth Hughes
Ibáñez Ivanova Jackson Johansen Johnson Jones Kaplan Khan Kim Kowalski Kumar Larsson Lee Lefèvre
Li López Mahmoud Martin Martínez Mbeki Mehta Miller Moreau Müller Murphy Mwangi Nakamura Nguyen
Novák Núñez O'Brien O'Connor Okafor Oliveira Ortiz Osei Özdemir Park Patel Pérez Petrov Phillips
Popović Ramírez Rasmussen Reid Reyes Rossi Ruiz Sánchez Santos Schröder Silva Singh Smith Sørensen
Suárez Sullivan Szabó Tanaka Taylor Tesfaye Thomas Torres Tran Turner Vargas Vasquez Walker Wang
Weber Williams Wójcik Wong Yildiz Young Zhang Zimmermann
"""
_WHOLE = (
    ("王小明", "王, 小明"),
    ("李娜", "李, 娜"),
    ("陳美玲", "陳, 美玲"),
    ("佐藤 健", "佐藤, 健"),
    ("高橋 さくら", "高橋, さくら"),
    ("김민준", "김, 민준"),
    ("박서연", "박, 서연"),
    ("فاطمة الزهراء", "الزهراء, فاطمة"),
    ("Дмитрий Соколов", "Соколов, Дмитрий"),
    ("Αικατερίνη Παπαδοπούλου", "Παπαδοπούλου, Αικατερίνη"),
    ("สมชาย ใจดี", "ใจดี, สมชาย"),
    (
        "María de los Ángeles Fernández de Córdoba y Álvarez de Toledo",
        "Fernández de Córdoba y Álvarez de Toledo, María de los Ángeles",
    ),
    (
        "Uvuvwevwevwe Onyetenyevwe Ugwemuhwem Osas-Ogbemudia",
        "Osas-Ogbemudia, Uvuvwevwevwe Onyetenyevwe Ugwemuhwem",
    ),
    (
        "Friederike-Charlotte von und zu Guttenberg-Schwarzenfels",
        "von und zu Guttenberg-Schwarzenfels, Friederike-Charlotte",
    ),
    ("Nguyễn Thị Phương Thảo", "Nguyễn, Thị Phương Thảo"),
    ("Io Ba", "Ba, Io"),
)
_GIVEN, _FAMILY = _GIVENS.split(), _FAMILIES.split()
_MIDDLE = "ABCDEFGHJKLMNPRSTVW"


def draw(random: Random, user: int) -> Person:
    """A person with this id; two people may share a name, as they do."""
    if random.random() < 0.06:
        name, sortable = random.choice(_WHOLE)
    else:
        given, family = random.choice(_GIVEN), random.choice(_FAMILY)
        chance = random.random()
        if chance < 0.12:
            given = f"{given} {random.choice(_MIDDLE)}."
        elif chance < 0.2:
            family = f"{family}-{random.choice(_FAMILY)}"
        name, sortable = f"{given} {family}", f"{family}, {given}"
    return Person(user, name, sortable, f"u{user:05}@oxana.example.edu", f"SIS.{user:06}")
