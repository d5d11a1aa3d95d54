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
# Who reads them: our containers as 10001, OpenMetadata's as 1000; PostgreSQL and Qdrant begin as root.
if ! { chown -R 10001 secrets && chown 1000 secrets/openmetadata_db_password; } 2>/dev/null; then
    echo "note: run as root, or let 10001 read docker/secrets, and 1000 openmetadata_db_password in it" >&2
fi
