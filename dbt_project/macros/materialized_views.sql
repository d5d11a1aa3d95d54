{# What dbt-postgres leaves undone for materialized views. #}

{# Readers go on while a view is refreshed. Needs the unique index on the grain that every ask view has. #}
{% macro postgres__refresh_materialized_view(relation) %}
    {{ assert_contract() }}
    refresh materialized view concurrently {{ relation }}
{% endmacro %}


{% macro postgres__get_create_materialized_view_as_sql(relation, sql) %}
    {{ assert_contract() }}
    create materialized view if not exists {{ relation }} as {{ sql }};

    {% for index in config.get('indexes', []) -%}
        {{- get_create_index_sql(relation, index) -}}{{ ';' if not loop.last else '' }}
    {%- endfor -%}
{% endmacro %}


{# dbt-postgres accepts an enforced contract on a materialized view and never looks at it. #}
{% macro assert_contract() %}
    {%- if config.get('contract').enforced %}
        {{ get_assert_columns_equivalent(model.compiled_code) }}
    {%- endif %}
{% endmacro %}


{# dbt refreshes an existing materialized view even if the model's SQL is another one by now. Build it anew then. #}
{% macro should_full_refresh() %}
    {% do return(dbt.should_full_refresh() or definition_has_changed()) %}
{% endmacro %}


{% macro definition_has_changed() %}
    {%- if model.config.materialized != 'materialized_view' or target.type != 'postgres' %}
        {% do return(false) %}
    {%- endif %}
    {%- set existing = load_cached_relation(this) %}
    {%- if existing is none or not existing.is_materialized_view %}
        {% do return(false) %}
    {%- endif %}
    {#- PostgreSQL keeps a definition in its own words; a temporary view puts the model's SQL into the same. #}
    {%- set comparison = run_query(
        "drop view if exists pg_temp.definition_of_model;"
        ~ "create temporary view definition_of_model as " ~ model.compiled_code ~ ";"
        ~ "select pg_get_viewdef('pg_temp.definition_of_model'::regclass)"
        ~ " <> pg_get_viewdef('" ~ this ~ "'::regclass)"
    ) %}
    {%- do run_query("drop view pg_temp.definition_of_model") %}
    {% do return(comparison.rows[0][0]) %}
{% endmacro %}


{# information_schema knows no materialized views, so dbt-postgres would find no column to put a comment on. #}
{% macro postgres__get_columns_in_relation(relation) %}
    {%- if not relation.is_materialized_view %}
        {% do return(dbt.postgres__get_columns_in_relation(relation)) %}
    {%- endif %}
    {%- set columns = run_query(
        "select attname, format_type(atttypid, null),"
        ~ " information_schema._pg_char_max_length(atttypid, atttypmod),"
        ~ " information_schema._pg_numeric_precision(atttypid, atttypmod),"
        ~ " information_schema._pg_numeric_scale(atttypid, atttypmod)"
        ~ " from pg_attribute where attrelid = '" ~ relation ~ "'::regclass"
        ~ " and attnum > 0 and not attisdropped order by attnum"
    ) %}
    {% do return(sql_convert_columns_in_relation(columns)) %}
{% endmacro %}


{# Indexes are there for the refresh above. DuckDB has none to refresh, and loses tables when it drops and
   builds indexes in two threads at once (dbt-duckdb 1.11, DuckDB 2.0: "Table ...__dbt_backup does not exist"). #}
{% macro duckdb__create_indexes(relation) %}{% endmacro %}
