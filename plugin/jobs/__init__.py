"""Work that runs on a schedule: what there is, when it is due, who runs it, what came of it."""
