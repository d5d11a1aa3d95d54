select
    supplier_id,
    supplier_name,
    nation_id,
    address,
    phone,
    account_balance
from {{ ref('stg_supply__suppliers') }}
