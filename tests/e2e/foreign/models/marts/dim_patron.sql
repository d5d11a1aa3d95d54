select * from {{ ref('stg_lms__patrons') }}
