{#
    Incremental strategy that replaces all rows and keeps the table.
    On PostgreSQL dbt swaps a `table` for a new one and drops the old one with all that stands on it; a
    materialized view over a mart would be gone until its own turn in the build. With this strategy it stays.
#}
{% macro get_incremental_replace_rows_sql(arg_dict) %}
    {%- set columns = arg_dict['dest_columns'] | map(attribute='quoted') | join(', ') -%}
    delete from {{ arg_dict['target_relation'] }};
    insert into {{ arg_dict['target_relation'] }} ({{ columns }})
    select {{ columns }} from {{ arg_dict['temp_relation'] }}
{% endmacro %}
