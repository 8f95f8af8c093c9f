-- Moments are BIGINT milliseconds, flags are 0/1, JSON is TEXT that no SQL looks into.

CREATE TABLE signals (
    topic TEXT PRIMARY KEY,
    n BIGINT NOT NULL
);
CREATE INDEX signals_n ON signals (n);

CREATE TABLE jobs (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    due_at BIGINT NOT NULL,
    payload TEXT NOT NULL,
    lease_until BIGINT NOT NULL DEFAULT 0,
    attempts BIGINT NOT NULL DEFAULT 0,
    last_error TEXT,
    given_up_at BIGINT,
    PRIMARY KEY (kind, key)
);
CREATE INDEX jobs_due ON jobs (due_at, kind, key);

-- Every actor we know, ours and others'; `document` is theirs verbatim, NULL for ours.
CREATE TABLE actors (
    id TEXT PRIMARY KEY,
    is_local BIGINT NOT NULL,
    type TEXT NOT NULL,
    host TEXT NOT NULL,
    username TEXT NOT NULL,
    handle TEXT,
    name TEXT NOT NULL,
    summary TEXT NOT NULL DEFAULT '',
    url TEXT,
    inbox TEXT NOT NULL,
    shared_inbox TEXT,
    followers TEXT,
    locked BIGINT NOT NULL DEFAULT 0,
    moved_to TEXT,
    moved_at BIGINT,
    also_known_as TEXT NOT NULL DEFAULT '[]',
    document TEXT,
    fetched_at BIGINT NOT NULL,
    gone_at BIGINT
);
CREATE INDEX actors_host ON actors (host, id);
CREATE INDEX actors_handle ON actors (handle);

-- Our groups: what the group itself decides about its actor. Removed groups stay, their names are never reused.
CREATE TABLE groups (
    actor TEXT PRIMARY KEY REFERENCES actors (id),
    name TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    summary TEXT NOT NULL DEFAULT '',
    about TEXT NOT NULL DEFAULT '',
    fields TEXT NOT NULL DEFAULT '[]',
    place TEXT NOT NULL DEFAULT '',
    languages TEXT NOT NULL DEFAULT '[]',
    themes TEXT NOT NULL DEFAULT '[]',
    motif TEXT NOT NULL DEFAULT 'house',
    ink TEXT NOT NULL DEFAULT '',
    avatar TEXT,
    banner TEXT,
    locked BIGINT NOT NULL DEFAULT 0,
    discoverable BIGINT NOT NULL DEFAULT 1,
    followers_visible BIGINT NOT NULL DEFAULT 0,
    quotes TEXT NOT NULL DEFAULT 'public',
    also_known_as TEXT NOT NULL DEFAULT '[]',
    version BIGINT NOT NULL DEFAULT 1,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    last_post_at BIGINT,
    removed_at BIGINT
);

-- Keys are rows with ids that are never reused and never deleted; `private` is NULL for other people's.
CREATE TABLE keys (
    id TEXT PRIMARY KEY,
    actor TEXT NOT NULL,
    algorithm TEXT NOT NULL,
    public TEXT NOT NULL,
    private TEXT,
    valid_from BIGINT NOT NULL,
    valid_until BIGINT,
    fetched_at BIGINT NOT NULL
);
CREATE INDEX keys_actor ON keys (actor, valid_from);

CREATE TABLE follows (
    follower TEXT NOT NULL,
    followed TEXT NOT NULL,
    state TEXT NOT NULL,
    activity TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    decided_at BIGINT,
    PRIMARY KEY (follower, followed)
);
CREATE INDEX follows_followed ON follows (followed, state, created_at, follower);
CREATE INDEX follows_follower ON follows (follower, state, created_at, followed);

-- How many follow each of our actors, how many it follows, and how much is said in its threads.
CREATE TABLE tallies (
    actor TEXT NOT NULL,
    what TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (actor, what)
);

-- What actors that our groups follow show first on their profiles.
CREATE TABLE featured (
    actor TEXT NOT NULL,
    object TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (actor, object)
);

-- The seen-before guard of the inbox, by who proved it and what it was called; `undone` is 1 for what may be said
-- again, and 2 for what was undone before it came.
CREATE TABLE seen (
    signer TEXT NOT NULL,
    activity TEXT NOT NULL,
    at BIGINT NOT NULL,
    undone BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (signer, activity)
);
CREATE INDEX seen_at ON seen (at);

-- What we said: the exact bytes that go out, and how far they have come.
CREATE TABLE activities (
    id TEXT PRIMARY KEY,
    actor TEXT NOT NULL,
    type TEXT NOT NULL,
    object TEXT,
    audience TEXT NOT NULL,
    body {bytes} NOT NULL,
    created_at BIGINT NOT NULL,
    planned BIGINT NOT NULL DEFAULT 0,
    delivered BIGINT NOT NULL DEFAULT 0,
    failed BIGINT NOT NULL DEFAULT 0
);
CREATE INDEX activities_outbox ON activities (actor, audience, created_at, id);
CREATE INDEX activities_object ON activities (object, created_at);

-- Waiting or finally failed deliveries; a delivered one is counted on its activity and its row is gone.
CREATE TABLE deliveries (
    id {id},
    host TEXT NOT NULL,
    inbox TEXT NOT NULL,
    activity TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'waiting',
    attempts BIGINT NOT NULL DEFAULT 0,
    next_at BIGINT NOT NULL,
    last_status BIGINT,
    last_error TEXT,
    created_at BIGINT NOT NULL,
    UNIQUE (activity, inbox)
);
CREATE INDEX deliveries_queue ON deliveries (host, state, id);

-- One row for each server we speak to: lease, circuit, next attempt, winning signature form, all here and not in memory.
CREATE TABLE hosts (
    host TEXT PRIMARY KEY,
    lease_by TEXT,
    lease_until BIGINT NOT NULL DEFAULT 0,
    has_work BIGINT NOT NULL DEFAULT 0,
    next_at BIGINT NOT NULL DEFAULT 0,
    failures BIGINT NOT NULL DEFAULT 0,
    failing_days BIGINT NOT NULL DEFAULT 0,
    last_failing_day BIGINT,
    asleep_since BIGINT,
    signature_form TEXT,
    last_error TEXT,
    last_success_at BIGINT,
    last_inbound_at BIGINT
);
CREATE INDEX hosts_due ON hosts (has_work, next_at, host);

-- Everything we published. One row each, for ever; a withdrawn one keeps its id and loses its versions.
CREATE TABLE objects (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    type TEXT NOT NULL,
    audience TEXT NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT '',
    language TEXT NOT NULL DEFAULT '',
    version BIGINT NOT NULL,
    in_reply_to TEXT,
    thread TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    starts_at BIGINT,
    ends_at BIGINT,
    pinned_at BIGINT,
    withdrawn_at BIGINT,
    likes BIGINT NOT NULL DEFAULT 0,
    shares BIGINT NOT NULL DEFAULT 0,
    replies BIGINT NOT NULL DEFAULT 0
);
-- What was withdrawn, and what answers something, is in no stream, so it is in no index of them.
CREATE INDEX objects_all ON objects (audience, published_at, id) WHERE withdrawn_at IS NULL AND in_reply_to IS NULL;
CREATE INDEX objects_stream ON objects (actor, audience, published_at, id) WHERE withdrawn_at IS NULL AND in_reply_to IS NULL;
CREATE INDEX objects_kind ON objects (kind, audience, published_at, id) WHERE withdrawn_at IS NULL AND in_reply_to IS NULL;
CREATE INDEX objects_group_kind ON objects (actor, audience, kind, published_at, id) WHERE withdrawn_at IS NULL AND in_reply_to IS NULL;
CREATE INDEX objects_answers ON objects (actor, audience) WHERE withdrawn_at IS NULL AND in_reply_to IS NOT NULL;
CREATE INDEX objects_pinned ON objects (actor, pinned_at, id) WHERE pinned_at IS NOT NULL;
CREATE INDEX objects_starts ON objects (starts_at, id) WHERE type = 'Event';
CREATE INDEX objects_thread ON objects (thread, published_at, id);

-- How many of each kind a group's stream has: counting a hundred thousand rows takes longer than a page.
CREATE TABLE streams (
    actor TEXT NOT NULL,
    audience TEXT NOT NULL,
    kind TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (actor, audience, kind)
);

-- One row per version and per audience that sees something different.
CREATE TABLE versions (
    object TEXT NOT NULL REFERENCES objects (id),
    version BIGINT NOT NULL,
    audience TEXT NOT NULL,
    document {bytes} NOT NULL,
    html TEXT NOT NULL,
    source TEXT NOT NULL,
    facts TEXT NOT NULL DEFAULT '{{}}',
    published_at BIGINT NOT NULL,
    PRIMARY KEY (object, version, audience)
);

CREATE TABLE hashtags (
    tag TEXT NOT NULL,
    object TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    PRIMARY KEY (tag, object)
);
CREATE INDEX hashtags_stream ON hashtags (tag, published_at, object);
CREATE INDEX hashtags_object ON hashtags (object, tag);

-- What others wrote in our threads, or to us. `document` is theirs verbatim.
CREATE TABLE notes (
    id TEXT PRIMARY KEY,
    author TEXT NOT NULL,
    in_reply_to TEXT,
    thread TEXT,
    to_group TEXT,
    type TEXT NOT NULL,
    visibility TEXT NOT NULL,
    warning TEXT NOT NULL DEFAULT '',
    html TEXT NOT NULL,
    language TEXT NOT NULL DEFAULT '',
    url TEXT,
    document TEXT NOT NULL,
    published_at BIGINT NOT NULL,
    updated_at BIGINT,
    received_at BIGINT NOT NULL,
    hidden_at BIGINT,
    hidden_by TEXT NOT NULL DEFAULT ''
);
CREATE INDEX notes_thread ON notes (thread, published_at, id);
CREATE INDEX notes_parent ON notes (in_reply_to, published_at, id);
CREATE INDEX notes_author ON notes (author, id);
CREATE INDEX notes_group ON notes (to_group, received_at, id);

-- Ids that were deleted, before or after we saw them, and by whom; nothing by that actor comes back under them.
CREATE TABLE tombstones (
    id TEXT NOT NULL,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (id, actor)
);

-- Likes, shares and emoji reactions on what is ours; counted on the object.
CREATE TABLE reactions (
    object TEXT NOT NULL,
    kind TEXT NOT NULL,
    actor TEXT NOT NULL,
    content TEXT NOT NULL DEFAULT '',
    activity TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (object, kind, actor, content)
);
CREATE INDEX reactions_activity ON reactions (activity);
CREATE INDEX reactions_actor ON reactions (actor, object);
CREATE INDEX reactions_recent ON reactions (object, kind, at, actor);

-- What our groups liked, shared or follow elsewhere, so that it can be undone.
CREATE TABLE deeds (
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    object TEXT NOT NULL,
    activity TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (actor, kind, object)
);

-- Permissions to quote us (QuoteAuthorization), each with an address of its own.
CREATE TABLE quotes (
    id TEXT PRIMARY KEY,
    object TEXT NOT NULL,
    quoting TEXT NOT NULL,
    actor TEXT NOT NULL,
    request TEXT NOT NULL,
    state TEXT NOT NULL,
    at BIGINT NOT NULL,
    UNIQUE (object, quoting)
);

CREATE TABLE reports (
    id {id},
    reporter TEXT NOT NULL,
    activity TEXT,
    objects TEXT NOT NULL,
    content TEXT NOT NULL DEFAULT '',
    at BIGINT NOT NULL,
    resolved_at BIGINT,
    UNIQUE (reporter, activity)
);

-- Who a group does not want to hear from: an actor's id or a whole host; `grp` is '' for the instance.
CREATE TABLE blocks (
    grp TEXT NOT NULL DEFAULT '',
    subject TEXT NOT NULL,
    severity TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (grp, subject)
);

-- Who blocked one of our groups, and with which activity ('' where it had no id); nothing is sent to them.
CREATE TABLE blocked_by (
    grp TEXT NOT NULL,
    actor TEXT NOT NULL,
    activity TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (grp, actor)
);
CREATE INDEX blocked_by_actor ON blocked_by (actor, activity);

CREATE TABLE media (
    name TEXT PRIMARY KEY,
    media_type TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    width BIGINT NOT NULL,
    height BIGINT NOT NULL,
    blurhash TEXT NOT NULL DEFAULT '',
    focal TEXT NOT NULL DEFAULT '',
    bytes BIGINT NOT NULL,
    object TEXT,
    audience TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX media_object ON media (object);

-- How often something arrived that nobody here handles, by type and day.
CREATE TABLE ignored (
    type TEXT NOT NULL,
    day BIGINT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (type, day)
);
CREATE INDEX ignored_day ON ignored (day);
