#!/bin/sh
# Run once by the postgres image when it makes its cluster: three roles and their database. The owner migrates; the
# application owns nothing; the third only reads. The same as `manage.py database_roles` makes on any other server.
set -eu

psql --set=ON_ERROR_STOP=1 --set=owner="$DATABASE_OWNER_PASSWORD" --set=application="$DATABASE_PASSWORD" \
    --set=reports="$DATABASE_REPORTS_PASSWORD" --username=postgres --dbname=postgres <<'SQL'
CREATE ROLE sankecare_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'owner';
CREATE ROLE sankecare LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'application';
CREATE ROLE sankecare_reports LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD :'reports';
CREATE DATABASE sankecare OWNER sankecare_owner;
REVOKE ALL ON DATABASE sankecare FROM PUBLIC;
GRANT CONNECT, TEMPORARY ON DATABASE sankecare TO sankecare, sankecare_reports;
\connect sankecare
ALTER SCHEMA public OWNER TO sankecare_owner;
SQL
