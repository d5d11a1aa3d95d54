{# What dbt-ask runs beside dbt's own commands. #}

{# Puts relations in the place of others, all in one transaction: readers see the old ones or the new ones. `pairs`:
   [{aside: [database, schema, name], live: [database, schema, name]}], both in one schema. #}
{% macro dbt_ask_flip(pairs) %}
    {%- set statements = [] -%}
    {%- for pair in pairs -%}
        {%- set aside = adapter.get_relation(*pair.aside) -%}
        {%- set live = adapter.get_relation(*pair.live) -%}
        {%- if aside is none -%}
            {% do exceptions.raise_compiler_error('there is no ' ~ pair.aside | join('.') ~ ' to put in place') %}
        {%- endif -%}
        {%- set name = adapter.quote(pair.live[2]) -%}
        {%- set previous = adapter.quote(pair.live[2] ~ '__previous') -%}
        {%- if live is not none -%}
            {%- set old = aside.incorporate(path={'identifier': pair.live[2] ~ '__previous'}) -%}
            {%- do statements.append('alter ' ~ dbt_ask_kind(live) ~ ' ' ~ live ~ ' rename to ' ~ previous) -%}
        {%- endif -%}
        {%- do statements.append('alter ' ~ dbt_ask_kind(aside) ~ ' ' ~ aside ~ ' rename to ' ~ name) -%}
        {%- if live is not none -%}
            {%- do statements.append('drop ' ~ dbt_ask_kind(live) ~ ' ' ~ old) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- call statement('flip', auto_begin=True) -%}
        {{ statements | join(';\n') }}
    {%- endcall -%}
    {% do adapter.commit() %}
{% endmacro %}


{% macro dbt_ask_kind(relation) %}
    {%- do return('materialized view' if relation.is_materialized_view else ('view' if relation.is_view else 'table')) -%}
{% endmacro %}


{# Drops relations that a build aside has left; `names` are [database, schema, name]. #}
{% macro dbt_ask_drop(names) %}
    {%- for name in names -%}
        {%- set relation = adapter.get_relation(*name) -%}
        {%- if relation is not none -%}
            {% do adapter.drop_relation(relation) %}
        {%- endif -%}
    {%- endfor -%}
    {% do adapter.commit() %}
{% endmacro %}


{# Drops the schema that trials are built in, and nothing else. #}
{% macro dbt_ask_drop_sandbox(database, schema) %}
    {%- if 'dbt_ask_trial' not in schema -%}
        {% do exceptions.raise_compiler_error(schema ~ ' is no schema of trials') %}
    {%- endif -%}
    {% do adapter.drop_schema(api.Relation.create(database=database, schema=schema)) %}
{% endmacro %}
