"""Exit 0 where PostgreSQL answers at the address given, 1 where it does not. Used by the Makefile."""

import sys

import psycopg

try:
    psycopg.connect(sys.argv[1], connect_timeout=3).close()
except psycopg.Error:
    sys.exit(1)
