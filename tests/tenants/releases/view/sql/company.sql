CREATE OR REPLACE VIEW {schema}.release_view AS SELECT number FROM {schema}.incidents_incident;
