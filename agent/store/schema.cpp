#include "store/schema.hpp"

#include "system/fault.hpp"

#include <array>
#include <string>

namespace site {
namespace {

// What the columns mean is written in docs/formats/store.md. Columns without a type keep whatever is stored
// as it is: NULL, INTEGER and TEXT are a Value's unset, number and word.
constexpr const char* version_1 = R"sql(
CREATE TABLE journal (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    cycle INTEGER NOT NULL,
    at INTEGER NOT NULL,
    plugin TEXT NOT NULL,
    who TEXT NOT NULL,
    action TEXT NOT NULL,
    effect TEXT NOT NULL,
    kind TEXT NOT NULL,
    cluster TEXT NOT NULL,
    name TEXT NOT NULL,
    member TEXT NOT NULL,
    part TEXT NOT NULL,
    reason TEXT NOT NULL,
    outcome TEXT NOT NULL,
    said TEXT NOT NULL DEFAULT '',
    settled INTEGER
);
CREATE INDEX journal_by_time ON journal (at);
CREATE INDEX journal_by_name ON journal (name, at);
CREATE INDEX journal_open ON journal (plugin, cluster) WHERE outcome = 'open';
CREATE INDEX journal_unsettled ON journal (at) WHERE outcome IN ('open', 'failed');

CREATE TABLE journal_field (
    entry INTEGER NOT NULL REFERENCES journal (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    field TEXT NOT NULL,
    before CHECK (typeof(before) IN ('null', 'integer', 'text')),
    after CHECK (typeof(after) IN ('null', 'integer', 'text')),
    basis TEXT NOT NULL,
    release INTEGER NOT NULL,
    PRIMARY KEY (entry, position)
) WITHOUT ROWID;

CREATE TABLE journal_need (
    entry INTEGER NOT NULL REFERENCES journal (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    kind TEXT NOT NULL,
    cluster TEXT NOT NULL,
    name TEXT NOT NULL,
    member TEXT NOT NULL,
    part TEXT NOT NULL,
    PRIMARY KEY (entry, position)
) WITHOUT ROWID;

CREATE TABLE owned (
    id INTEGER PRIMARY KEY,
    plugin TEXT NOT NULL,
    cluster TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    member TEXT NOT NULL,
    part TEXT NOT NULL,
    made INTEGER NOT NULL,
    since INTEGER NOT NULL,
    UNIQUE (plugin, cluster, kind, name, member, part)
);

CREATE TABLE owned_field (
    record INTEGER NOT NULL REFERENCES owned (id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    ours CHECK (typeof(ours) IN ('null', 'integer', 'text')),
    before CHECK (typeof(before) IN ('null', 'integer', 'text')),
    basis TEXT NOT NULL,
    since INTEGER NOT NULL,
    PRIMARY KEY (record, field)
) WITHOUT ROWID;

CREATE TABLE known_allocation (
    id INTEGER PRIMARY KEY,
    cluster TEXT NOT NULL,
    uuid TEXT NOT NULL,
    resource TEXT NOT NULL,
    name TEXT NOT NULL,
    identifier TEXT NOT NULL,
    local_group TEXT NOT NULL,
    customer TEXT NOT NULL,
    customer_name TEXT NOT NULL,
    gone INTEGER,
    blocked INTEGER,
    UNIQUE (cluster, uuid)
);

CREATE TABLE known_member (
    allocation INTEGER NOT NULL REFERENCES known_allocation (id) ON DELETE CASCADE,
    user TEXT NOT NULL,
    association TEXT NOT NULL,
    identifier TEXT NOT NULL,
    gone INTEGER,
    blocked INTEGER,
    PRIMARY KEY (allocation, user)
) WITHOUT ROWID;

CREATE TABLE snapshot (
    cluster TEXT PRIMARY KEY,
    taken INTEGER NOT NULL,
    text TEXT NOT NULL
);

CREATE TABLE resource (
    cluster TEXT NOT NULL,
    uuid TEXT NOT NULL,
    state TEXT NOT NULL,
    paused INTEGER NOT NULL,
    downscaled INTEGER NOT NULL,
    restrict_member_access INTEGER NOT NULL,
    PRIMARY KEY (cluster, uuid)
) WITHOUT ROWID;

CREATE TABLE ledger_day (
    cluster TEXT NOT NULL,
    day INTEGER NOT NULL,
    read INTEGER NOT NULL,
    whole INTEGER NOT NULL,
    final INTEGER NOT NULL,
    job_rows INTEGER NOT NULL,
    unreadable INTEGER NOT NULL,
    PRIMARY KEY (cluster, day)
) WITHOUT ROWID;

CREATE TABLE ledger (
    cluster TEXT NOT NULL,
    day INTEGER NOT NULL,
    month INTEGER NOT NULL,
    account TEXT NOT NULL,
    user TEXT NOT NULL,
    node INTEGER NOT NULL,
    cpu INTEGER NOT NULL,
    gpu INTEGER NOT NULL,
    memory INTEGER NOT NULL,
    billing INTEGER NOT NULL,
    jobs INTEGER NOT NULL,
    wait INTEGER NOT NULL,
    PRIMARY KEY (cluster, day, month, account, user),
    FOREIGN KEY (cluster, day) REFERENCES ledger_day (cluster, day) ON DELETE CASCADE
) WITHOUT ROWID;

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    resource TEXT NOT NULL,
    month INTEGER NOT NULL,
    call TEXT NOT NULL,
    component TEXT NOT NULL,
    measured INTEGER NOT NULL,
    queued INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    next_try INTEGER,
    refused INTEGER NOT NULL DEFAULT 0,
    last_error TEXT NOT NULL DEFAULT '',
    UNIQUE (resource, month, call, component)
);

CREATE TABLE outbox_figure (
    item INTEGER NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    name TEXT NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (item, position)
) WITHOUT ROWID;

CREATE TABLE reported (
    month INTEGER NOT NULL,
    resource TEXT NOT NULL,
    component TEXT NOT NULL,
    user TEXT NOT NULL,
    amount INTEGER NOT NULL,
    PRIMARY KEY (month, resource, component, user)
) WITHOUT ROWID;

CREATE TABLE note (
    topic TEXT PRIMARY KEY,
    at INTEGER NOT NULL,
    text TEXT NOT NULL
);
)sql";

// What an operator allowed, what was taken away lately, and which resources have trouble of their own.
constexpr const char* version_2 = R"sql(
CREATE TABLE allowance (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    cluster TEXT NOT NULL,
    guard TEXT NOT NULL,
    plan TEXT NOT NULL,
    who TEXT NOT NULL,
    at INTEGER NOT NULL,
    until INTEGER NOT NULL
);
CREATE INDEX allowance_by_cluster ON allowance (cluster, until);

CREATE TABLE allowed_change (
    allowance INTEGER NOT NULL REFERENCES allowance (id) ON DELETE CASCADE,
    plugin TEXT NOT NULL,
    change TEXT NOT NULL,
    PRIMARY KEY (allowance, plugin, change)
) WITHOUT ROWID;

CREATE TABLE taken (
    cluster TEXT NOT NULL,
    plugin TEXT NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    member TEXT NOT NULL,
    part TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (cluster, plugin, kind, name, member, part)
) WITHOUT ROWID;
CREATE INDEX taken_by_time ON taken (cluster, at);

CREATE TABLE trouble (
    cluster TEXT NOT NULL,
    resource TEXT NOT NULL,
    since INTEGER NOT NULL,
    cycles INTEGER NOT NULL,
    stage TEXT NOT NULL CHECK (stage IN ('counting', 'due', 'told', 'over')),
    text TEXT NOT NULL,
    PRIMARY KEY (cluster, resource)
) WITHOUT ROWID;
)sql";

// The chain keeps itself: rows come only at its end, are never changed, and go only from its beginning, once
// the anchor stands for them. Strict tables, since a value of another type could read alike.
constexpr const char* version_3 = R"sql(
CREATE TABLE evidence (
    seq INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    event TEXT NOT NULL CHECK (event <> '' AND event NOT GLOB '*[^a-z-]*'),
    entry INTEGER,
    body TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
CREATE INDEX evidence_by_entry ON evidence (entry) WHERE entry IS NOT NULL;
CREATE INDEX evidence_notes ON evidence (at) WHERE entry IS NULL;
CREATE INDEX evidence_commands ON evidence (entry) WHERE event = 'commands';

CREATE TABLE evidence_head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    seq INTEGER NOT NULL,
    hash TEXT NOT NULL,
    entries_before INTEGER NOT NULL
) STRICT;
INSERT INTO evidence_head
    SELECT 1, 0, '0000000000000000000000000000000000000000000000000000000000000000', coalesce(max(id), 0)
    FROM journal;

CREATE TABLE evidence_anchor (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    last_seq INTEGER NOT NULL,
    last_hash TEXT NOT NULL,
    first_at INTEGER NOT NULL,
    last_at INTEGER NOT NULL,
    dropped INTEGER NOT NULL,
    entries INTEGER NOT NULL,
    at INTEGER NOT NULL,
    who TEXT NOT NULL
) STRICT;
INSERT INTO evidence_anchor
    VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000', 0, 0, 0, 0, 0, '');

CREATE TRIGGER evidence_only_appended BEFORE INSERT ON evidence
WHEN NEW.seq <> (SELECT seq + 1 FROM evidence_head)
BEGIN SELECT RAISE(ABORT, 'evidence is only appended'); END;
CREATE TRIGGER evidence_moves_head AFTER INSERT ON evidence
BEGIN UPDATE evidence_head SET seq = NEW.seq, hash = NEW.hash; END;
CREATE TRIGGER evidence_never_changed BEFORE UPDATE ON evidence
BEGIN SELECT RAISE(ABORT, 'evidence is never changed'); END;
CREATE TRIGGER evidence_only_compacted BEFORE DELETE ON evidence
WHEN OLD.seq > (SELECT last_seq FROM evidence_anchor)
BEGIN SELECT RAISE(ABORT, 'evidence is only dropped by compaction'); END;

CREATE INDEX journal_by_member ON journal (member, at);
)sql";

// An id that was given to a name is never given to another one, and the name gets it back.
constexpr const char* version_4 = R"sql(
CREATE TABLE settled_id (
    cluster TEXT NOT NULL,
    sort TEXT NOT NULL CHECK (sort IN ('group', 'user')),
    name TEXT NOT NULL,
    id INTEGER NOT NULL CHECK (id > 0 AND id < 4294967295),
    at INTEGER NOT NULL,
    PRIMARY KEY (cluster, sort, name),
    UNIQUE (cluster, sort, id)
) STRICT, WITHOUT ROWID;
ALTER TABLE known_allocation ADD COLUMN shares INTEGER NOT NULL DEFAULT 0;
)sql";

// The newest of each holder with what was known last, and the last known figure of each day. A figure that
// could not be read changes nothing but `seen`.
constexpr const char* version_5 = R"sql(
CREATE TABLE storage_level (
    cluster TEXT NOT NULL,
    volume TEXT NOT NULL,
    grp TEXT NOT NULL,
    user TEXT NOT NULL,
    seen INTEGER NOT NULL,
    known INTEGER,
    used_bytes INTEGER CHECK (used_bytes >= 0),
    used_files INTEGER CHECK (used_files >= 0),
    limit_bytes INTEGER CHECK (limit_bytes > 0),
    limit_files INTEGER CHECK (limit_files > 0),
    PRIMARY KEY (cluster, volume, grp, user),
    CHECK ((known IS NULL) = (used_bytes IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE storage_day (
    cluster TEXT NOT NULL,
    month INTEGER NOT NULL,
    day INTEGER NOT NULL,
    volume TEXT NOT NULL,
    grp TEXT NOT NULL,
    user TEXT NOT NULL,
    read INTEGER NOT NULL,
    used_bytes INTEGER NOT NULL CHECK (used_bytes >= 0),
    used_files INTEGER CHECK (used_files >= 0),
    limit_bytes INTEGER CHECK (limit_bytes > 0),
    limit_files INTEGER CHECK (limit_files > 0),
    highest_bytes INTEGER NOT NULL CHECK (highest_bytes >= 0),
    PRIMARY KEY (cluster, month, day, volume, grp, user)
) STRICT, WITHOUT ROWID;

CREATE TABLE storage_volume (
    cluster TEXT NOT NULL,
    volume TEXT NOT NULL,
    tried INTEGER NOT NULL,
    read INTEGER,
    error TEXT NOT NULL,
    PRIMARY KEY (cluster, volume)
) STRICT, WITHOUT ROWID;

CREATE TABLE resource_limit (
    cluster TEXT NOT NULL,
    resource TEXT NOT NULL,
    component TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (cluster, resource, component)
) STRICT, WITHOUT ROWID;
)sql";

// Jobs that run on past a final day, counts of further TRES, and what was changed of final days.
constexpr const char* version_6 = R"sql(
ALTER TABLE ledger_day ADD COLUMN carried INTEGER NOT NULL DEFAULT 0;

CREATE TABLE ledger_tres (
    cluster TEXT NOT NULL,
    day INTEGER NOT NULL,
    month INTEGER NOT NULL,
    account TEXT NOT NULL,
    user TEXT NOT NULL,
    tres TEXT NOT NULL,
    amount INTEGER NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (cluster, day, month, account, user, tres),
    FOREIGN KEY (cluster, day) REFERENCES ledger_day (cluster, day) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE TABLE carried_job (
    cluster TEXT NOT NULL,
    day INTEGER NOT NULL,
    job INTEGER NOT NULL,
    submit INTEGER NOT NULL,
    booked INTEGER NOT NULL CHECK (booked >= 0),
    PRIMARY KEY (cluster, day, job, submit)
) STRICT, WITHOUT ROWID;

CREATE TABLE ledger_correction (
    id INTEGER PRIMARY KEY,
    cluster TEXT NOT NULL,
    made INTEGER NOT NULL,
    by TEXT NOT NULL,
    reason TEXT NOT NULL,
    day INTEGER NOT NULL,
    month INTEGER NOT NULL,
    account TEXT NOT NULL,
    user TEXT NOT NULL,
    node_before INTEGER NOT NULL,
    cpu_before INTEGER NOT NULL,
    gpu_before INTEGER NOT NULL,
    memory_before INTEGER NOT NULL,
    billing_before INTEGER NOT NULL,
    node_after INTEGER NOT NULL,
    cpu_after INTEGER NOT NULL,
    gpu_after INTEGER NOT NULL,
    memory_after INTEGER NOT NULL,
    billing_after INTEGER NOT NULL
) STRICT;
CREATE INDEX ledger_correction_by_cluster ON ledger_correction (cluster, id);

CREATE TABLE released_usage (
    cluster TEXT NOT NULL,
    resource TEXT NOT NULL,
    month INTEGER NOT NULL,
    by TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (cluster, month, resource)
) STRICT, WITHOUT ROWID;
)sql";

// Who was in a project and is remembered for its documents alone: what is known of him is dropped once
// nothing of his is left at the site. The row without a user is the allocation's own.
constexpr const char* version_7 = R"sql(
CREATE TABLE departed (
    cluster TEXT NOT NULL,
    allocation TEXT NOT NULL,
    user TEXT NOT NULL,
    identifier TEXT NOT NULL,
    local_group TEXT NOT NULL,
    gone INTEGER,
    PRIMARY KEY (cluster, allocation, user)
) STRICT, WITHOUT ROWID;
)sql";

constexpr std::array steps { Migration { 1, version_1 }, Migration { 2, version_2 },
    Migration { 3, version_3 }, Migration { 4, version_4 }, Migration { 5, version_5 },
    Migration { 6, version_6 }, Migration { 7, version_7 } };

constexpr std::array vital { "owned", "owned_field", "known_allocation", "known_member" };

} // namespace

std::span<const Migration> migrations()
{
    return steps;
}

std::span<const char* const> vital_tables()
{
    return vital;
}

std::int64_t version_of(SQLite::Database& sql)
{
    return sql.execAndGet("PRAGMA user_version").getInt64();
}

void migrate(SQLite::Database& sql, std::span<const Migration> to)
{
    for (const auto& step : to) {
        if (version_of(sql) >= step.version)
            continue;
        SQLite::Transaction transaction(sql, SQLite::TransactionBehavior::IMMEDIATE);
        if (version_of(sql) >= step.version)
            continue; // another process was quicker
        sql.exec(step.sql);
        sql.exec("PRAGMA user_version = " + std::to_string(step.version));
        sql.exec("PRAGMA application_id = " + std::to_string(state_application));
        fault_point("migrating");
        transaction.commit();
        fault_point("migrated");
    }
}

} // namespace site
