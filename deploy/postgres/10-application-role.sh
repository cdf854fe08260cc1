#!/bin/sh
# Run once by the postgres image when it makes its cluster: the application's own role and database.
# It owns its tables and nothing else: no superuser, no new databases, no roles.
set -eu

psql --set=ON_ERROR_STOP=1 --set=password="$DATABASE_PASSWORD" --username=postgres --dbname=postgres <<'SQL'
CREATE ROLE sankecare LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD :'password';
CREATE DATABASE sankecare OWNER sankecare;
REVOKE ALL ON DATABASE sankecare FROM PUBLIC;
SQL
