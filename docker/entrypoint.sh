#!/bin/sh
# NAME_FILE=/run/secrets/x becomes NAME with what is in that file: secrets come as files, never as values of a compose file.
set -eu
for name in $(env | sed -n 's/^\([A-Z][A-Z0-9_]*\)_FILE=.*/\1/p'); do
    eval "path=\${${name}_FILE}"
    case "$path" in
    /run/secrets/*) ;;
    *) continue ;;
    esac
    if [ ! -r "$path" ]; then
        echo "error: ${name}_FILE names ${path}, which can't be read" >&2
        exit 2
    fi
    value=$(cat "$path")
    export "${name}=${value}"
    unset "${name}_FILE"
done
exec dbt-ask "$@"
