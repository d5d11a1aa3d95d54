"""Writes the seeds of a public library network: the same rows every time. Two years of loans, to 2023-12-31.

python generate.py [PROJECT]   then   dbt build
"""

from __future__ import annotations

import csv
import random
import sys
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

START, END = date(2022, 1, 1), date(2023, 12, 31)
REGIONS = [("N", "North"), ("C", "Centre"), ("S", "South")]
DISTRICTS = [
    (10, "Harbourside", "N", 41200), (11, "Mill Hill", "N", 28650), (20, "Old Town", "C", 53900),
    (21, "Parliament", "C", 37480), (30, "Greenfield", "S", 61170), (31, "Saltmarsh", "S", 19840),
]  # fmt: skip
BRANCHES = [
    ("CEN", "Central Library", 20, "1931-04-18", 6400), ("HBR", "Harbour Branch", 10, "1978-09-02", 1150),
    ("MIL", "Mill Hill Branch", 11, "1989-05-20", 820), ("PAR", "Parliament Square", 21, "1996-10-11", 1480),
    ("GRN", "Greenfield Branch", 30, "2004-03-27", 1730), ("ORC", "Orchard Road", 30, "2015-06-13", 690),
    ("SLT", "Saltmarsh Bookstop", 31, "2022-07-09", 240), ("LGH", "Lighthouse Branch", 10, "2024-02-01", 900),
]  # fmt: skip
BUSY = {"CEN": 38, "HBR": 14, "MIL": 9, "PAR": 16, "GRN": 13, "ORC": 7, "SLT": 3}
GENRES = ["Crime", "Fantasy", "History", "Romance", "Science", "Travel", "Cooking", "Poetry"]
FIRST = [
    "Ada",
    "Bruno",
    "Carmen",
    "Dov",
    "Elsa",
    "Femi",
    "Greta",
    "Hugo",
    "Ines",
    "Jun",
    "Kofi",
    "Lena",
    "Marek",
    "Noor",
]
LAST = ["Abara", "Brandt", "Castillo", "Dubois", "Eriksen", "Fontaine", "Grau", "Hahn", "Ito", "Jansen", "Kim", "Lowe"]
MOODS = [
    "Quiet",
    "Broken",
    "Silver",
    "Hidden",
    "Last",
    "Winter",
    "Burning",
    "Paper",
    "Salt",
    "Second",
    "Narrow",
    "Wild",
]
THINGS = [
    "Harbour",
    "Garden",
    "Engine",
    "Orchard",
    "Letters",
    "Kitchen",
    "Map",
    "Comet",
    "Bridge",
    "Island",
    "River",
    "Clock",
]


def write(folder: Path, name: str, head: str, rows: Iterable[Sequence[object]]) -> None:
    with (folder / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(head.split())
        out.writerows(rows)


def day(dice: random.Random, first: date = START, last: date = END) -> date:
    return first + timedelta(days=int(dice.random() * ((last - first).days + 1)))


def titles(dice: random.Random) -> list[tuple[object, ...]]:
    names = [f"The {mood} {thing}" for mood in MOODS for thing in THINGS]
    kinds = dice.choices(["BK", "DVD", "CD", "MAG", "AB"], [62, 14, 9, 5, 10], k=len(names))
    return [
        (1001 + i, name, f"{dice.choice(FIRST)} {dice.choice(LAST)}", kind,
         dice.choices(["en", "es", "ko", "fr"], [70, 14, 9, 7])[0], dice.choice(GENRES),
         1961 + int(dice.random() ** 0.5 * 62))
        for i, (name, kind) in enumerate(zip(names, kinds, strict=True))
    ]  # fmt: skip


def copies(dice: random.Random, known: list[tuple[object, ...]]) -> list[tuple[str, object, str, date, str]]:
    """The last six titles are on order: no copy yet."""
    made: list[tuple[str, object, str, date, str]] = []
    for title in known[:-6]:
        for _ in range(1 + int(dice.random() ** 2 * 5)):
            branch = dice.choices(list(BUSY), list(BUSY.values()))[0]
            price = f"{6 + dice.random() * 34:.2f}"
            made.append(
                (f"B{len(made) + 50001}", title[0], branch, day(dice, date(2014, 1, 1), date(2022, 6, 30)), price)
            )
    return made


def patrons(dice: random.Random) -> list[tuple[object, ...]]:
    made = []
    for number in range(1, 421):
        name = f"{dice.choice(FIRST)} {dice.choice(LAST)}"
        home = dice.choices(list(BUSY), list(BUSY.values()))[0]
        joined = day(dice, date(2016, 1, 1), END).strftime("%Y%m%d")
        card = dice.choices("ACST", [55, 22, 17, 6])[0]
        made.append((number, name, f"reader{number}@example.org", card, home, joined, dice.choices("YN", [91, 9])[0]))
    return made


def loans(dice: random.Random, shelf: list[tuple[str, object, str, date, str]]) -> list[tuple[object, ...]]:
    readers = list(range(1, 371))  # the others have never borrowed
    weights = [1 / (1 + i % 37) for i in range(len(readers))]
    made: list[tuple[object, ...]] = []
    out_days = sorted([END, *(day(dice) for _ in range(4199))])
    for number, out in enumerate(out_days, start=1):
        copy = shelf[int(dice.random() ** 1.4 * (len(shelf) - 25))]
        branch = copy[2] if dice.random() < 0.8 else dice.choices(list(BUSY), list(BUSY.values()))[0]
        if branch == "SLT" and out < date(2022, 7, 9):
            branch = "ORC"
        renewals = dice.choices([0, 1, 2, 3], [70, 18, 8, 4])[0]
        due = out + timedelta(days=21 * (renewals + 1))
        back = out + timedelta(days=1 + int(dice.gammavariate(4, 5) * (1 + renewals * 0.8)))
        lost = dice.random() < 0.012
        returned = "" if lost or back > END else back
        made.append((number, copy[0], dice.choices(readers, weights)[0], branch, out, due, returned, renewals))
    return made


def fines(dice: random.Random, lent: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    late = [row for row in lent if isinstance(row[6], date) and isinstance(row[5], date) and row[6] > row[5]]
    made = []
    for row in late:
        assert isinstance(row[6], date)
        assert isinstance(row[5], date)
        cents = min(25 * (row[6] - row[5]).days, 1000)
        made.append((len(made) + 1, row[0], row[6], cents, dice.choices("PUW", [64, 27, 9])[0]))
    return made


def holds(dice: random.Random, known: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    return [
        (number, known[int(dice.random() ** 1.7 * len(known))][0], 1 + int(dice.random() * 400), day(dice),
         dice.choices(list(BUSY), list(BUSY.values()))[0], dice.choices("FOX", [71, 18, 11])[0])
        for number in range(1, 801)
    ]  # fmt: skip


def main(project: Path) -> None:
    dice = random.Random(20231231)
    seeds = project / "seeds"
    seeds.mkdir(exist_ok=True)
    known = titles(dice)
    shelf = copies(dice, known)
    lent = loans(dice, shelf)
    write(seeds, "lms_regions", "rgn_cd rgn_nm", REGIONS)
    write(seeds, "lms_districts", "dist_id dist_nm rgn_cd popn", DISTRICTS)
    write(seeds, "lms_branches", "brn_cd brn_nm dist_id open_dt floor_sqm", BRANCHES)
    write(seeds, "lms_titles", "ttl_id ttl author mat_cd lang_cd genre pub_yr", known)
    write(seeds, "lms_copies", "barcode ttl_id brn_cd acq_dt price", shelf)
    write(seeds, "lms_patrons", "ptrn_id full_nm email_addr card_typ home_brn joined actv", patrons(dice))
    write(seeds, "lms_loans", "ln_id barcode ptrn_id brn_cd out_dt due_dt ret_dt renewals", lent)
    write(seeds, "lms_fines", "fine_id ln_id iss_dt amt_cents stat", fines(dice, lent))
    write(seeds, "lms_holds", "hold_id ttl_id ptrn_id plc_dt pickup_brn stat", holds(dice, known))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent)
