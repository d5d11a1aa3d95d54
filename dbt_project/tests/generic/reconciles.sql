{#
    Totals that differ between a model and what it is built from. `totals` maps an aggregate over the model
    to the aggregate over the base that must equal it, such as {"sum(order_count)": "count(*)"}.
#}
{% test reconciles(model, base, totals) %}
    with totals_of_model as (
        select {% for total in totals %}{{ total }} as total_{{ loop.index }}{% if not loop.last %}, {% endif %}{% endfor %}

        from {{ model }}
    ),

    totals_of_base as (
        select {% for total in totals.values() %}{{ total }} as total_{{ loop.index }}{% if not loop.last %}, {% endif %}{% endfor %}

        from {{ base }}
    )

    {% for total in totals %}
    select '{{ total }}' as total, of_model.total_{{ loop.index }} as in_model, of_base.total_{{ loop.index }} as in_base
    from totals_of_model as of_model
    cross join totals_of_base as of_base
    where of_model.total_{{ loop.index }} is distinct from of_base.total_{{ loop.index }}
    {% if not loop.last %}union all{% endif %}
    {% endfor %}
{% endtest %}
