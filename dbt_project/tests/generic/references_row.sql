{# A relationships test over several columns of the same names. #}
{% test references_row(model, to, columns) %}
    select {{ columns | join(', ') }}
    from {{ model }}
    where {% for column in columns %}{{ column }} is not null{% if not loop.last %} and {% endif %}{% endfor %}
    except
    select {{ columns | join(', ') }}
    from {{ to }}
{% endtest %}
