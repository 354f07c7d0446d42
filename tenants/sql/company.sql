CREATE TABLE IF NOT EXISTS {schema}.applied_sql (id int PRIMARY KEY DEFAULT 1 CHECK (id = 1), fingerprint text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now());
GRANT USAGE ON SCHEMA {schema} TO {app_role};
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {app_role};
GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {app_role};
REVOKE INSERT, UPDATE, DELETE ON {schema}.django_migrations, {schema}.applied_sql FROM {app_role};
