select
    ttl_id as title_id,
    ttl as title,
    author,
    mat_cd,
    lang_cd,
    genre,
    pub_yr
from {{ ref('lms_titles') }}
