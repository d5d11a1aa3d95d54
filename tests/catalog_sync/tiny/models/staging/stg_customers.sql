-- depends_on: {{ ref('raw_customers') }}
select id as customer_id, name, email, national_number, country, signed_up_on from {{ source('raw', 'raw_customers') }}
