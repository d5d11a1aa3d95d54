"""One text that changes when anything in the database, or in the directory around it, changed."""

from __future__ import annotations

import hashlib
from pathlib import Path

from tests.support.shop import Shop

_POSTGRES = """
select md5(string_agg(line, ';' order by line)) from (
    select format('%s.%s %s', relnamespace::regnamespace, relname, relkind) as line from pg_class
    union all select format('%s %s', oid, proname) from pg_proc
    union all select format('%s %s %s', rolname, rolsuper, rolpassword) from pg_authid
    union all select format('%s %s', setrole, setconfig) from pg_db_role_setting
    union all select format('%s', oid) from pg_largeobject_metadata
    union all select format('%s', datname) from pg_database where datname not like 'test\\_%'
    union all select format('%s', slot_name) from pg_replication_slots
    union all select format('%s %s', sourcefile, setting) from pg_file_settings
    union all select c::text from customers c
    union all select o::text from orders o
    union all select i::text from order_items i
    union all select p::text from products p
    union all select e::text from employees e
    union all select s::text from private.secrets s
    union all select format('%s %s', last_value, is_called) from order_numbers
) as lines
"""


def fingerprint(shop: Shop, directory: Path) -> str:
    files = "\n".join(
        f"{path.relative_to(directory)} {hashlib.sha256(path.read_bytes()).hexdigest()}"
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    )
    if shop.dialect != "postgres":
        return files
    _, rows = shop.raw(_POSTGRES)
    return f"{files}\n{rows[0][0]}"
