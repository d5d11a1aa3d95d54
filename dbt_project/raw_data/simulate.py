"""Runs jafgen with every source of chance seeded: `python -m raw_data.simulate DAYS SEED FOLDER`."""

import os
import random
import sys
import uuid
from pathlib import Path

import numpy as np
from faker import Faker


def seeded_ids(seed: int) -> None:
    """jafgen takes its keys from uuid4, which reads the operating system's entropy."""
    source = random.Random(seed)
    uuid.uuid4 = lambda: uuid.UUID(int=source.getrandbits(128), version=4)


def main(days: int, seed: int, folder: Path) -> None:
    seeded_ids(seed)
    random.seed(seed)
    np.random.seed(seed)
    import jafgen.simulation  # type: ignore[import-untyped]  # seeds faker with a constant when imported

    Faker.seed(seed)
    os.chdir(folder)
    simulation = jafgen.simulation.Simulation(years=1, prefix="raw")
    simulation.sim_days = days
    simulation.run_simulation()
    simulation.save_results()
    written = Path("jaffle-data")
    for file in written.glob("raw_*.csv"):
        file.rename(file.name.removeprefix("raw_"))
    written.rmdir()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
