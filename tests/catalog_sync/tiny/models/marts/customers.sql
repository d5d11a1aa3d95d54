select customer_id, name, email, national_number, country, cast(signed_up_on as date) as signed_up_on
from {{ ref('stg_customers') }}
