#!/bin/sh
# Makes the secrets that are not there yet: random, readable by the containers' user alone.
set -eu
cd "$(dirname "$0")"
mkdir -p secrets
umask 077
for name in postgres_password qdrant_api_key metrics_token openmetadata_db_password; do
    [ -s "secrets/$name" ] || head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' > "secrets/$name"
done
[ -e secrets/openmetadata_token ] || : > secrets/openmetadata_token
chown -R 10001 secrets 2>/dev/null || echo "note: run as root, or  chown -R 10001 docker/secrets" >&2
