-- Finding contacts by the beginning of a name, by e-mail and by tag, through indexes that work below row-level security.
--
-- PostgreSQL uses an index for a caller's condition only if its operators are leakproof: otherwise it has to ask the policy
-- first, row by row. lower(), LIKE, trigrams and everything about arrays are not leakproof; comparing text is. So what is
-- searched for is stored as it is compared: folded beforehand, in the order of code points.

-- Without regard to case, and to how an accent is composed. Both sides of a comparison go through it.
CREATE FUNCTION app.search_key(value text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN casefold(normalize(btrim(value), NFC) COLLATE pg_catalog.pg_unicode_fast);

-- '' where there is nothing, so that every row has a place in the order of a key. 300 characters: of an entry of an index, at
-- most half a page.
ALTER TABLE contacts
  ADD COLUMN name_key text COLLATE "C" NOT NULL GENERATED ALWAYS AS (left(coalesce(app.search_key(
    coalesce(first_name || ' ', '') || coalesce(last_name, '')), ''), 300)) STORED,
  ADD COLUMN last_name_key text COLLATE "C" NOT NULL
    GENERATED ALWAYS AS (left(coalesce(app.search_key(last_name), ''), 300)) STORED,
  ADD COLUMN company_key text COLLATE "C" NOT NULL
    GENERATED ALWAYS AS (left(coalesce(app.search_key(company), ''), 300)) STORED,
  ADD COLUMN email_key text COLLATE "C" GENERATED ALWAYS AS (app.search_key(email)) STORED;

CREATE INDEX contacts_name_idx ON contacts (workspace_id, name_key, id);
CREATE INDEX contacts_last_name_idx ON contacts (workspace_id, last_name_key, id);
CREATE INDEX contacts_company_idx ON contacts (workspace_id, company_key, id);
-- One address, one contact; and the way to it. It was an index of lower(email), which no search could use.
DROP INDEX contacts_email_key;
CREATE UNIQUE INDEX contacts_email_key ON contacts (workspace_id, email_key);

-- Which contacts have a tag. Triggers keep it in the transaction that changes a contact.
CREATE TABLE contact_tags (
  workspace_id uuid NOT NULL,
  tag          text COLLATE "C" NOT NULL,
  contact_id   uuid NOT NULL,
  PRIMARY KEY (workspace_id, tag, contact_id)
);

-- Of those there are already. The owner is bound by the policies too, so they are lifted for this one statement, which no
-- other transaction sees happen.
ALTER TABLE contacts NO FORCE ROW LEVEL SECURITY;
INSERT INTO contact_tags (workspace_id, tag, contact_id)
SELECT DISTINCT workspace_id, tag, id FROM contacts CROSS JOIN unnest(tags) AS tag;
ALTER TABLE contacts FORCE ROW LEVEL SECURITY;

ALTER TABLE contact_tags ENABLE ROW LEVEL SECURITY;
ALTER TABLE contact_tags FORCE ROW LEVEL SECURITY;
CREATE POLICY workspace_isolation ON contact_tags FOR ALL TO PUBLIC
  USING (workspace_id = (SELECT nullif(current_setting('app.workspace_id', true), '')::uuid))
  WITH CHECK (workspace_id = (SELECT nullif(current_setting('app.workspace_id', true), '')::uuid));
GRANT SELECT ON contact_tags TO calkeep_app;

CREATE FUNCTION app.tag_created_contacts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO public.contact_tags (workspace_id, tag, contact_id)
  SELECT DISTINCT workspace_id, tag, id FROM created CROSS JOIN unnest(tags) AS tag;
  RETURN NULL;
END
$$;
CREATE FUNCTION app.tag_changed_contact() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM public.contact_tags
  WHERE workspace_id = old.workspace_id AND tag = ANY (old.tags) AND contact_id = old.id;
  INSERT INTO public.contact_tags (workspace_id, tag, contact_id)
  SELECT DISTINCT new.workspace_id, tag, new.id FROM unnest(new.tags) AS tag;
  RETURN NULL;
END
$$;
CREATE FUNCTION app.untag_removed_contacts() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM public.contact_tags kept USING removed CROSS JOIN unnest(removed.tags) AS tag
  WHERE kept.workspace_id = removed.workspace_id AND kept.tag = tag.tag AND kept.contact_id = removed.id;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION app.tag_created_contacts(), app.tag_changed_contact(), app.untag_removed_contacts() FROM PUBLIC;

CREATE TRIGGER contacts_tag_created AFTER INSERT ON contacts REFERENCING NEW TABLE AS created
  FOR EACH STATEMENT EXECUTE FUNCTION app.tag_created_contacts();
CREATE TRIGGER contacts_tag_changed AFTER UPDATE ON contacts FOR EACH ROW
  WHEN ((old.tags, old.id) IS DISTINCT FROM (new.tags, new.id))
  EXECUTE FUNCTION app.tag_changed_contact();
CREATE TRIGGER contacts_untag_removed AFTER DELETE ON contacts REFERENCING OLD TABLE AS removed
  FOR EACH STATEMENT EXECUTE FUNCTION app.untag_removed_contacts();
