-- How many rows a workspace has of a resource, and will have until this transaction ends: whoever asks next waits for it.
-- For plans with a ceiling. Volatile, so that the total is read with a snapshot that is younger than the lock.
CREATE FUNCTION app.locked_total(workspace uuid, name text) RETURNS bigint
LANGUAGE plpgsql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended('calkeep ' || name || ' of ' || workspace, 0));
  RETURN (SELECT coalesce(sum(total), 0) FROM public.resource_counters
          WHERE workspace_id = workspace AND resource = name);
END
$$;
