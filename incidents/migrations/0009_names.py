"""Names as long as the product lets anybody be called: a post by its site, floor and name.

What the desk may see of messages and lines are views on these columns: they are taken down and put
back as they were, rights included, in the same transaction.
"""

from django.db import migrations, models

WIDEN = """
DO $widen$
DECLARE seen text; def text; acl aclitem[]; one record;
  seen_all CONSTANT text[] := ARRAY['ops_message', 'ops_event'];
  defs text[] := '{}'; acls text[] := '{}'; kept text[] := '{}';
BEGIN
  FOREACH seen IN ARRAY seen_all LOOP
    CONTINUE WHEN to_regclass(format('%I.%I', current_schema(), seen)) IS NULL;
    SELECT pg_get_viewdef(c.oid), c.relacl INTO def, acl
      FROM pg_class c WHERE c.oid = to_regclass(format('%I.%I', current_schema(), seen));
    kept := kept || seen;
    defs := defs || def;
    acls := acls || acl::text;
    EXECUTE format('DROP VIEW %I.%I', current_schema(), seen);
  END LOOP;
  ALTER TABLE incidents_message ALTER COLUMN author_name TYPE varchar(300);
  ALTER TABLE incidents_incidentevent ALTER COLUMN actor_name TYPE varchar(300);
  FOR n IN 1 .. cardinality(kept) LOOP
    EXECUTE format('CREATE VIEW %I.%I WITH (security_barrier = true) AS %s',
      current_schema(), kept[n], defs[n]);
    FOR one IN SELECT DISTINCT e.grantee::regrole::text AS who
        FROM pg_class c, aclexplode(c.relacl) e
        WHERE c.oid = to_regclass(format('%I.%I', current_schema(), kept[n]))
        AND e.grantee NOT IN (0, c.relowner) LOOP
      EXECUTE format('REVOKE ALL ON %I.%I FROM %s', current_schema(), kept[n], one.who);
    END LOOP;
    FOR one IN SELECT e.privilege_type AS what, e.grantee::regrole::text AS who
        FROM aclexplode(acls[n]::aclitem[]) e WHERE e.grantee NOT IN (0, e.grantor) LOOP
      EXECUTE format('GRANT %s ON %I.%I TO %s', one.what, current_schema(), kept[n], one.who);
    END LOOP;
  END LOOP;
END $widen$;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0008_number_sequence'),
    ]

    operations = [
        migrations.RunSQL(
            WIDEN,
            migrations.RunSQL.noop,
            state_operations=[
                migrations.AlterField(
                    model_name='message',
                    name='author_name',
                    field=models.CharField(max_length=300),
                ),
                migrations.AlterField(
                    model_name='incidentevent',
                    name='actor_name',
                    field=models.CharField(blank=True, default='', max_length=300),
                ),
            ],
        ),
        migrations.AlterField(
            model_name='incident',
            name='closed_by_name',
            field=models.CharField(blank=True, default='', max_length=300, verbose_name='closed by'),
        ),
        migrations.AlterField(
            model_name='classification',
            name='by_name',
            field=models.CharField(max_length=300),
        ),
    ]
