"""The invented company of the demo: its departments, and about 120 people whose names nobody has.

Names come from many places, some long, some not Latin, one with an apostrophe, since real lists of
people look like that. An e-mail name is given where the name itself cannot make one.
"""

import re
import unicodedata
from dataclasses import dataclass

NAME = "Kestrel & Lind"
TIME_ZONE = "Europe/Berlin"

COMMERCIAL = "Commercial"
SALES = "Sales"
SERVICE = "Customer Service"
FINANCE = "Finance and People"
OPERATIONS = "Operations"
LOGISTICS = "Logistics"
TECHNOLOGY = "Technology"
PLATFORM = "Platform and Networks"
APPLICATIONS = "Applications"

# Department → the one above it, parents first.
DEPARTMENTS: dict[str, str | None] = {
    COMMERCIAL: None,
    SALES: COMMERCIAL,
    SERVICE: COMMERCIAL,
    FINANCE: None,
    OPERATIONS: None,
    LOGISTICS: OPERATIONS,
    TECHNOLOGY: None,
    PLATFORM: TECHNOLOGY,
    APPLICATIONS: TECHNOLOGY,
}
TECHNICAL = frozenset({TECHNOLOGY, PLATFORM, APPLICATIONS})


@dataclass(frozen=True)
class Person:
    name: str
    mailbox: str
    department: str
    leads: bool

    @property
    def side(self) -> str:
        return "technology" if self.department in TECHNICAL else "business"


# One line a person; the first of a department leads it. After a bar: the e-mail name.
_PEOPLE = {
    COMMERCIAL: """
        Henrike Solveig Brandvold
        Kwabena Asiedu-Marsh
        Lieselotte Ammersfeld
    """,
    SALES: """
        Tobias Wendelgard
        Aoife O'Shaughnessy
        Mateusz Krzywonos
        María Fernanda Quiñones-Arrayán
        Yusuf Demirtepe
        Ngozi Adaeze Umeh
        Jean-Baptiste Verlombe
        Ольга Воронцева | olga.voronceva
        Priyamvada Chelladurai
        Sindre Håkonsrud
        田辺 美月 | mizuki.tanabe
        Leyla Rahimova
        Giacomo Bellandini
        Fatoumata Diakhaby
        Ruairí Mac Giolla Bháin
        Anneliese Kropfmüller
        Thabo Mokgadi
        Ewelina Szczepańczyk
        Carlos Eduardo de Albuquerque e Vasconcelos-Figueirinha | carlos.figueirinha
        Wulandari
    """,
    SERVICE: """
        Gudrun Östergaard-Malm
        Ελένη Καραβασίλη | eleni.karavasili
        Dilnoza Yusupjonova
        Kerstin Aldenhoven
        Minh Châu Đặng | minhchau.dang
        Rashid Al-Mutawakkil
        Bronwen Llewellyn-Pryce
        Ignacio Echegorri
        Chiamaka Obiorah
        Petra Zdráhalová
        نور الهدى السقاف | nour.alsaqqaf
        Samuel Tekle-Haimanot
        Hyeon-ju Baek
        Marlene Quistorp
        Nikola Stefanoski
        Tuuli Vehkalahti
        Aroha Te Rangiwhata
        Devika Raghunathan
        Paulina Wąsik
        Oumar Sissokho
        Joaquim Peixinho
        Wiebke Harmsdorf
    """,
    FINANCE: """
        Adalbert von Reitzenau
        Shirin Golbahar
        Emeka Nwachukwu-Ross
        Katarzyna Lisiewicz
        Hannes Overbeek
        Sunniva Eikeland
        林 思妤 | siyu.lin
        Rosalind Achterberg
        Babajide Ogunmola
        Milica Radosavac
        Ingrid Tannhäuser
        Zoltán Berencsi
        Amaia Urkizu
        Fiona MacCorquodale
        Parisa Dehghanpour
        Lucien Thibaudet
    """,
    OPERATIONS: """
        Roswitha Kehlbach
        Ibrahim Cissokho-Lund
        Agnieszka Turzyńska
        Stellan Björkqvist
        Nomvula Dlaminathi
        Uwe Petersdorff
    """,
    LOGISTICS: """
        Branislav Kovářík
        Esmeralda Yarlequé Quispe
        Jürgen Wattendorff
        Halima Abdinasir
        Dragana Petkovska
        Sipho Ntshangweni
        Владислав Чорновіл-Гай | vladyslav.hai
        Renske Hoogewerff
        Tomás Ó Cuilleanáin
        Mireille Kabasele
        Arjun Venkatraghavan
        Birgitta Sandelius
        Nguyễn Thị Hồng Vân | hongvan.nguyen
        Cem Karaosmanlı
        Gerlinde Pfaffenzeller
        Abebe Worku-Lindqvist
        Jacinta Moreirinha
        Lars-Erik Fjellbu
    """,
    TECHNOLOGY: """
        Marguerite Oyelaran
        Detlef Kranichsberg
        Sagal Warsame-Holt
        Piotr Jasnogórski
    """,
    PLATFORM: """
        Anselm Grevenbroich
        Oksana Hrytsaienko
        Vikram Sethunathan
        Joonas Kivimaa
        김서윤 | seoyun.kim
        Thandeka Mabuza-Klein
        Rüdiger Osterwald
        Salome Gelashvili
        Diego Huaylinos
        Elif Taşkıran
        Björn Ingvaldstad
        Chidiebere Okafor-Lutz
        Margarethe Suttner-Wille
        רותם בן-אברהם | rotem.benavraham
        Callum Abernethy-Reid
    """,
    APPLICATIONS: """
        Franziska Delbrück-Nasser
        Ravindra Jayasekara
        Hanne Vestergård
        Omar Belkacemi
        Xiaoling Fang-Richter
        Wojciech Brzezicki
        Aurelia Popescu-Stan
        Keola Kahananui
        Szabolcs Erdősi
        Mónica Villalpando
        Akosua Frimpomaa
        प्रिया नायर | priya.nair
        Leopold Hartwigsen
        Nadezhda Belokonska
        Tanguy Le Floc'h-Arzel
        Samira Haddadeen
    """,
}


def people() -> list[Person]:
    """Everybody beside the cast, department by department."""
    people = []
    for department, lines in _PEOPLE.items():
        for number, line in enumerate(lines.strip().splitlines()):
            name, _bar, mailbox = (part.strip() for part in line.partition("|"))
            people.append(Person(name, mailbox or _mailbox(name), department, leads=number == 0))
    return people


def _mailbox(name: str) -> str:
    """First and last name as an e-mail address can hold them: Zoltán Berencsi → zoltan.berencsi."""
    plain = unicodedata.normalize(
        "NFKD", name.replace("ł", "l").replace("ı", "i").replace("ø", "o").replace("ß", "ss")
    )
    words = ["".join(re.findall(r"[a-z]", word.lower())) for word in plain.split()]
    return ".".join(dict.fromkeys([words[0], words[-1]]))
