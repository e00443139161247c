#!/bin/bash
# Run once by the postgres image, when its volume is empty. Makes the database and the role that owns it: one that may
# create the application's role and is no superuser, so that row-level security binds it like everybody else.
set -euo pipefail

psql --set=ON_ERROR_STOP=1 --username="$POSTGRES_USER" --dbname=postgres --set=password="$OWNER_DATABASE_PASSWORD" <<'SQL'
CREATE ROLE calkeep_owner LOGIN CREATEROLE NOSUPERUSER NOCREATEDB NOREPLICATION NOBYPASSRLS PASSWORD :'password';
CREATE DATABASE calkeep OWNER calkeep_owner;
SQL
