{# Tests of the views that dbt-ask recommends. #}

{# Rows that share the columns which should tell every row from the others; NULL is a value here. #}
{% test dbt_ask_unique_grain(model, columns) %}
    select {{ columns | join(', ') }}, count(*) as row_count
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}


{# Totals that differ between a view and its fact table: a join has lost or doubled rows. `totals` maps an aggregate
   of the view to that of the fact. #}
{% test dbt_ask_reconciles(model, base, totals) %}
    with of_view as (
        select {% for total in totals %}{{ total }} as total_{{ loop.index }}{{ ', ' if not loop.last }}{% endfor %}

        from {{ model }}
    ),

    of_base as (
        select {% for total in totals.values() %}{{ total }} as total_{{ loop.index }}{{ ', ' if not loop.last }}{% endfor %}

        from {{ base }}
    )

    {% for total in totals %}
    select '{{ total | replace("'", "''") }}' as total
    from of_view
    cross join of_base
    where of_view.total_{{ loop.index }} is distinct from of_base.total_{{ loop.index }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
{% endtest %}
