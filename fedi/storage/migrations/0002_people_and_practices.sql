-- People: local pseudonyms. Nothing of these tables ever stands in a document or on a public page.

CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- `login` is the pseudonym casefolded, so that two people cannot look alike; `password` is an argon2 hash.
CREATE TABLE persons (
    id TEXT PRIMARY KEY,
    login TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    password TEXT,
    totp TEXT,
    totp_used BIGINT NOT NULL DEFAULT 0,
    language TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    disabled_at BIGINT
);

CREATE TABLE passkeys (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL REFERENCES persons (id),
    public_key {bytes} NOT NULL,
    sign_count BIGINT NOT NULL,
    label TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX passkeys_person ON passkeys (person, created_at);

CREATE TABLE recovery_codes (
    person TEXT NOT NULL REFERENCES persons (id),
    hash TEXT NOT NULL,
    PRIMARY KEY (person, hash)
);

-- `id` is the hash of what stands in the cookie; `seen_at` is kept to the day.
CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    person TEXT NOT NULL REFERENCES persons (id),
    device TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    proved_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_person ON sessions (person, created_at);

-- What a page asked a browser or another server, until the answer comes: a passkey's challenge, an OAuth state.
CREATE TABLE challenges (
    id TEXT PRIMARY KEY,
    purpose TEXT NOT NULL,
    payload TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX challenges_expiry ON challenges (expires_at);

-- Accounts elsewhere with which a person signs in here.
CREATE TABLE linked_accounts (
    actor TEXT PRIMARY KEY,
    person TEXT NOT NULL REFERENCES persons (id),
    handle TEXT NOT NULL,
    added_at BIGINT NOT NULL
);
CREATE INDEX linked_accounts_person ON linked_accounts (person, added_at);

CREATE TABLE oauth_clients (
    host TEXT PRIMARY KEY,
    client_id TEXT NOT NULL,
    client_secret TEXT NOT NULL,
    endpoints TEXT NOT NULL,
    registered_at BIGINT NOT NULL
);

-- `grp` is the id of one of our groups.
CREATE TABLE members (
    grp TEXT NOT NULL,
    person TEXT NOT NULL REFERENCES persons (id),
    joined_at BIGINT NOT NULL,
    PRIMARY KEY (grp, person)
);
CREATE INDEX members_person ON members (person, grp);

-- One-time links by the hash of their token: to join a group, to begin an instance ('begin'), to get in again ('reset').
CREATE TABLE invitations (
    id TEXT PRIMARY KEY,
    purpose TEXT NOT NULL,
    grp TEXT NOT NULL DEFAULT '',
    person TEXT NOT NULL DEFAULT '',
    made_by TEXT NOT NULL DEFAULT '',
    most_uses BIGINT NOT NULL,
    uses BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    withdrawn_at BIGINT
);
CREATE INDEX invitations_group ON invitations (grp, created_at);

-- How far guessing at one person's password or codes has gone: until when it would be forgotten.
CREATE TABLE tries (
    about TEXT PRIMARY KEY,
    until BIGINT NOT NULL
);

-- How a group governs its console: how many members each act takes, where it differs from what is usual.
CREATE TABLE group_rules (
    grp TEXT NOT NULL,
    act TEXT NOT NULL,
    takes BIGINT NOT NULL,
    PRIMARY KEY (grp, act)
);

-- Acts that wait for a second member, and for a while what became of them.
CREATE TABLE pending (
    id TEXT PRIMARY KEY,
    grp TEXT NOT NULL,
    act TEXT NOT NULL,
    arguments TEXT NOT NULL,
    label TEXT NOT NULL,
    asked_by TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',
    decided_by TEXT NOT NULL DEFAULT '',
    decided_at BIGINT,
    reason TEXT NOT NULL DEFAULT '',
    result TEXT NOT NULL DEFAULT ''
);
CREATE INDEX pending_group ON pending (grp, state, asked_at, id);

-- What was done, for the group alone; `person` is emptied after as many days as the group keeps pseudonyms.
CREATE TABLE log (
    id TEXT PRIMARY KEY,
    grp TEXT NOT NULL,
    at BIGINT NOT NULL,
    role TEXT NOT NULL DEFAULT '',
    person TEXT NOT NULL DEFAULT '',
    act TEXT NOT NULL,
    about TEXT NOT NULL DEFAULT '',
    label TEXT NOT NULL DEFAULT ''
);
CREATE INDEX log_group ON log (grp, at, id);
CREATE INDEX log_person ON log (person, at);
CREATE INDEX log_about ON log (about, at) WHERE about <> '';

-- Duties that rotate: who holds each now and who is next; '' is nobody.
CREATE TABLE roles (
    grp TEXT NOT NULL,
    name TEXT NOT NULL,
    label TEXT NOT NULL,
    holder TEXT NOT NULL DEFAULT '',
    following TEXT NOT NULL DEFAULT '',
    place BIGINT NOT NULL DEFAULT 0,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (grp, name)
);

-- When each member last held each role, so that those who have waited longest are asked first.
CREATE TABLE role_turns (
    grp TEXT NOT NULL,
    role TEXT NOT NULL,
    person TEXT NOT NULL,
    held_at BIGINT NOT NULL,
    PRIMARY KEY (grp, role, person)
);

-- Files with everything a group has here, made when its members ask, kept for a day; `name` is random.
CREATE TABLE exports (
    name TEXT PRIMARY KEY,
    grp TEXT NOT NULL,
    asked_at BIGINT NOT NULL,
    made_at BIGINT,
    bytes BIGINT NOT NULL DEFAULT 0,
    expires_at BIGINT NOT NULL
);
CREATE INDEX exports_group ON exports (grp, asked_at);

-- How each group runs its side of things; what its actor document says stands in `groups`.
CREATE TABLE house_rules (
    grp TEXT PRIMARY KEY,
    log_days BIGINT NOT NULL DEFAULT 30,
    pending_days BIGINT NOT NULL DEFAULT 7,
    keep_replies_days BIGINT NOT NULL DEFAULT 0,
    boosts_mentions BIGINT NOT NULL DEFAULT 0
);

-- Groups elsewhere that a group treats as partners: they read what is marked for partners.
CREATE TABLE partners (
    grp TEXT NOT NULL,
    actor TEXT NOT NULL,
    since BIGINT NOT NULL,
    PRIMARY KEY (grp, actor)
);
CREATE INDEX partners_actor ON partners (actor, grp);

-- What is being written. `form` holds the fields exactly as they were typed, so that nothing is lost that cannot be
-- read yet; `source` is the Markdown with front matter they make, as far as they make one. `object` is set where a
-- later version of something published is written. `findings` are the private things the writer decided to keep.
-- `failure` is why what was to be published at `publish_at` was not.
CREATE TABLE drafts (
    id TEXT PRIMARY KEY,
    grp TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    form TEXT NOT NULL,
    source TEXT NOT NULL DEFAULT '',
    findings TEXT NOT NULL DEFAULT '[]',
    state TEXT NOT NULL DEFAULT 'draft',
    object TEXT,
    failure TEXT NOT NULL DEFAULT '',
    version BIGINT NOT NULL DEFAULT 1,
    publish_at BIGINT,
    made_by TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX drafts_group ON drafts (grp, updated_at, id);

-- Files uploaded for a draft, safe already, until it is published; `picture` is JSON.
CREATE TABLE draft_files (
    name TEXT PRIMARY KEY,
    draft TEXT NOT NULL,
    place BIGINT NOT NULL,
    about TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX draft_files_draft ON draft_files (draft, place);

ALTER TABLE media ADD COLUMN transcript TEXT NOT NULL DEFAULT '';
ALTER TABLE media ADD COLUMN duration BIGINT NOT NULL DEFAULT 0;
ALTER TABLE media ADD COLUMN thumbnail TEXT NOT NULL DEFAULT '';
-- By this a recording that is uploaded again is known to be the same.
ALTER TABLE media ADD COLUMN fingerprint TEXT NOT NULL DEFAULT '';

-- Parts of a published thing that have an address of their own: decisions and action items of minutes. `key` is what
-- tells one part of an object from its others through all versions; the row of a part that was removed stays.
CREATE TABLE parts (
    id TEXT PRIMARY KEY,
    object TEXT NOT NULL REFERENCES objects (id),
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    place BIGINT NOT NULL,
    taken_at BIGINT NOT NULL,
    removed_at BIGINT
);
CREATE UNIQUE INDEX parts_key ON parts (object, kind, key) WHERE removed_at IS NULL;
CREATE INDEX parts_taken ON parts (actor, kind, taken_at);

-- A part as one audience sees it, in its latest version only; `gone_at` is when that audience lost sight of it.
CREATE TABLE part_versions (
    part TEXT NOT NULL REFERENCES parts (id),
    audience TEXT NOT NULL,
    version BIGINT NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL,
    due TEXT NOT NULL,
    taken_at BIGINT NOT NULL,
    document {bytes} NOT NULL,
    facts TEXT NOT NULL,
    gone_at BIGINT,
    PRIMARY KEY (part, audience)
);
CREATE INDEX part_versions_taken ON part_versions (actor, kind, audience, taken_at, part);
CREATE INDEX part_versions_due ON part_versions (actor, kind, audience, due, part);

-- A published thing in another language, as one audience sees it; `of_version` is the version it was made from.
-- `content` and `summary` are what stands in its document, `facts` what its page shows of it.
CREATE TABLE translations (
    object TEXT NOT NULL REFERENCES objects (id),
    language TEXT NOT NULL,
    audience TEXT NOT NULL,
    of_version BIGINT NOT NULL,
    title TEXT NOT NULL,
    summary TEXT NOT NULL,
    content TEXT NOT NULL,
    html TEXT NOT NULL,
    source TEXT NOT NULL,
    facts TEXT NOT NULL,
    made_by TEXT NOT NULL DEFAULT '',
    added_at BIGINT NOT NULL,
    PRIMARY KEY (object, language, audience)
);

-- Links with which a partner hands in a translation, one for each language; what is handed in waits for a member, who
-- publishes it. The link itself is not kept: `id` is its hash.
CREATE TABLE translation_links (
    id TEXT PRIMARY KEY,
    object TEXT NOT NULL REFERENCES objects (id),
    language TEXT NOT NULL,
    partner TEXT NOT NULL,
    source TEXT NOT NULL DEFAULT '',
    expires_at BIGINT NOT NULL,
    handed_in_at BIGINT
);
CREATE UNIQUE INDEX translation_links_object ON translation_links (object, language);
CREATE INDEX translation_links_expires ON translation_links (expires_at);
CREATE INDEX translation_links_handed_in ON translation_links (handed_in_at);

-- Polls: what can be chosen, and who chose what until it is closed; only counts ever leave. A poll is settled a moment
-- before its object is kept, so it refers to nothing.
CREATE TABLE polls (
    object TEXT PRIMARY KEY,
    is_multiple BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    closed_at BIGINT,
    voters BIGINT NOT NULL DEFAULT 0
);
CREATE TABLE poll_options (
    object TEXT NOT NULL REFERENCES polls (object),
    place BIGINT NOT NULL,
    name TEXT NOT NULL,
    votes BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (object, place)
);
CREATE TABLE poll_votes (
    object TEXT NOT NULL REFERENCES polls (object),
    actor TEXT NOT NULL,
    place BIGINT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (object, actor, place)
);
CREATE INDEX poll_votes_actor ON poll_votes (actor, note);

-- What those said whom our groups follow, for the groups' own reading; the posts themselves are notes.
CREATE TABLE reading (
    grp TEXT NOT NULL,
    note TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    shared_by TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (grp, note)
);
CREATE INDEX reading_list ON reading (grp, published_at, note);
CREATE INDEX reading_note ON reading (note);
CREATE INDEX reading_age ON reading (published_at, grp, note);
CREATE INDEX reading_shared ON reading (shared_by, published_at) WHERE shared_by <> '';

-- When somebody of the group looked at a reply or mention and needs to be reminded no more.
-- What came before there was a console does not wait.
ALTER TABLE notes ADD COLUMN looked_at BIGINT;
UPDATE notes SET looked_at = received_at;
CREATE INDEX notes_waiting ON notes (to_group, received_at, id) WHERE looked_at IS NULL;

-- What a group says about itself at length, as its members wrote it; `about` is the HTML made of it.
ALTER TABLE groups ADD COLUMN about_source TEXT NOT NULL DEFAULT '';

-- What was withdrawn is listed for the members of the group, and for nobody else.
CREATE INDEX objects_withdrawn ON objects (actor, kind, withdrawn_at, id) WHERE withdrawn_at IS NOT NULL;

-- What is looked for by another thing than its key, in tables that grow.
CREATE INDEX parts_object ON parts (object, place, id);
CREATE INDEX drafts_object ON drafts (object) WHERE object IS NOT NULL;
CREATE INDEX deeds_activity ON deeds (activity);
CREATE INDEX quotes_quoting ON quotes (quoting, id);
CREATE INDEX reports_open ON reports (at, id) WHERE resolved_at IS NULL;
CREATE INDEX notes_url ON notes (url);
