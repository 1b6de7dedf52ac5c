#pragma once

#include <array>

/// Every query of the store. Values are always bound. `every` is held by a test against the query planner:
/// nothing that grows is ever read from end to end.
namespace site::sql {

// journal
inline constexpr auto journal_cycle
    = "SELECT cycle FROM journal WHERE at = ? AND who = ? ORDER BY id DESC LIMIT 1";
inline constexpr auto journal_add = "INSERT INTO journal (cycle, at, plugin, who, action, effect, kind, "
                                    "cluster, name, member, part, reason,"
                                    " outcome) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')";
inline constexpr auto journal_begins_cycle = "UPDATE journal SET cycle = id WHERE id = ?";
inline constexpr auto journal_add_field
    = "INSERT INTO journal_field (entry, position, field, before, after, basis, release)"
      " VALUES (?, ?, ?, ?, ?, ?, ?)";
inline constexpr auto journal_add_need = "INSERT INTO journal_need (entry, position, kind, cluster, name, "
                                         "member, part) VALUES (?, ?, ?, ?, ?, ?, ?)";
inline constexpr auto journal_settle = "UPDATE journal SET outcome = ?, said = ?, settled = ? WHERE id = ?";
inline constexpr auto journal_open
    = "SELECT id, cycle, at, plugin, who, action, effect, kind, cluster, name, member, part, reason, "
      "outcome, said,"
      " settled FROM journal WHERE plugin = ? AND cluster = ? AND outcome = 'open' ORDER BY id";
// Bound alike: from, until, name, user, kind, most. What is empty does not narrow, but for the column that
// the statement is named for.
inline constexpr auto journal_since = "SELECT id, cycle, at, plugin, who, action, effect, kind, cluster, "
                                      "name, member, part, reason, outcome, said,"
                                      " settled FROM journal WHERE at >= ?1 AND at < ?2 AND (?3 = '' OR name "
                                      "= ?3) AND (?4 = '' OR member = ?4) AND (?5 = '' OR kind = ?5)"
                                      " ORDER BY at DESC, id DESC LIMIT ?6";
inline constexpr auto journal_unsettled_since
    = "SELECT id, cycle, at, plugin, who, action, effect, kind, cluster, name, member, part, reason, "
      "outcome, said,"
      " settled FROM journal WHERE at >= ?1 AND at < ?2 AND (?3 = '' OR name = ?3) AND (?4 = '' OR member = "
      "?4) AND (?5 = '' OR kind = ?5) AND outcome IN ('open', 'failed')"
      " ORDER BY at DESC, id DESC LIMIT ?6";
inline constexpr auto journal_of_name = "SELECT id, cycle, at, plugin, who, action, effect, kind, cluster, "
                                        "name, member, part, reason, outcome, said,"
                                        " settled FROM journal WHERE at >= ?1 AND at < ?2 AND name = ?3 AND "
                                        "(?4 = '' OR member = ?4) AND (?5 = '' OR kind = ?5)"
                                        " ORDER BY at DESC, id DESC LIMIT ?6";
inline constexpr auto journal_unsettled_of_name
    = "SELECT id, cycle, at, plugin, who, action, effect, kind, cluster, name, member, part, reason, "
      "outcome, said,"
      " settled FROM journal WHERE at >= ?1 AND at < ?2 AND name = ?3 AND (?4 = '' OR member = ?4) AND (?5 = "
      "'' OR kind = ?5) AND outcome IN ('open', 'failed')"
      " ORDER BY at DESC, id DESC LIMIT ?6";
inline constexpr auto journal_of_user = "SELECT id, cycle, at, plugin, who, action, effect, kind, cluster, "
                                        "name, member, part, reason, outcome, said,"
                                        " settled FROM journal WHERE at >= ?1 AND at < ?2 AND (?3 = '' OR "
                                        "name = ?3) AND member = ?4 AND (?5 = '' OR kind = ?5)"
                                        " ORDER BY at DESC, id DESC LIMIT ?6";
inline constexpr auto journal_unsettled_of_user
    = "SELECT id, cycle, at, plugin, who, action, effect, kind, cluster, name, member, part, reason, "
      "outcome, said,"
      " settled FROM journal WHERE at >= ?1 AND at < ?2 AND (?3 = '' OR name = ?3) AND member = ?4 AND (?5 = "
      "'' OR kind = ?5) AND outcome IN ('open', 'failed')"
      " ORDER BY at DESC, id DESC LIMIT ?6";
inline constexpr auto journal_fields = "SELECT field, before, after, basis, release, position FROM "
                                       "journal_field WHERE entry = ? ORDER BY position";
inline constexpr auto journal_needs = "SELECT kind, cluster, name, member, part, position FROM journal_need "
                                      "WHERE entry = ? ORDER BY position";

inline constexpr auto journal_entry = "SELECT cycle, at, plugin, who, action, effect, kind, cluster, name, "
                                      "member, part, reason, outcome, said,"
                                      " settled FROM journal WHERE id = ?";
inline constexpr auto journal_unproven
    = "SELECT id FROM journal WHERE id > ? AND NOT EXISTS"
      " (SELECT 1 FROM evidence WHERE entry = journal.id AND event = 'intent') LIMIT 1";
// An index has the open ones alone: a few.
inline constexpr auto journal_first_open
    = "SELECT min(id) FROM journal INDEXED BY journal_open WHERE outcome = 'open'";
inline constexpr auto journal_drop
    = "DELETE FROM journal WHERE id IN"
      " (SELECT entry FROM evidence WHERE seq > ? AND seq <= ? AND entry IS NOT NULL)";
inline constexpr auto journal_drop_older
    = "DELETE FROM journal WHERE id < ? AND +at < ? AND +outcome <> 'open'"
      " AND NOT EXISTS (SELECT 1 FROM evidence WHERE entry = journal.id)";

// the chain of evidence
inline constexpr auto evidence_head = "SELECT seq, hash, entries_before FROM evidence_head WHERE one = 1";
inline constexpr auto evidence_add
    = "INSERT INTO evidence (seq, at, event, entry, body, hash) VALUES (?, ?, ?, ?, ?, ?)";
inline constexpr auto evidence_walk
    = "SELECT seq, at, event, entry, body, hash FROM evidence WHERE seq > ? ORDER BY seq";
inline constexpr auto evidence_after
    = "SELECT seq, at, event, entry, body, hash FROM evidence WHERE seq > ? ORDER BY seq LIMIT ?";
inline constexpr auto evidence_notes
    = "SELECT seq, at, event, entry, body, hash FROM evidence WHERE entry IS NULL AND at >= ? AND at < ?"
      " ORDER BY at DESC, seq DESC LIMIT ?";
inline constexpr auto evidence_last_outcome
    = "SELECT seq FROM evidence WHERE entry = ? AND event = 'outcome' ORDER BY seq DESC LIMIT 1";
inline constexpr auto evidence_standing
    = "SELECT (SELECT max(seq) FROM evidence WHERE entry = ?), outcome FROM journal WHERE id = ?";
inline constexpr auto evidence_entries
    = "SELECT count(*) FROM evidence WHERE seq > ? AND seq <= ? AND event = 'intent'";
// Commands stand under the first entry of their batch.
inline constexpr auto evidence_commands
    = "SELECT body FROM evidence WHERE event = 'commands' AND entry <= ? ORDER BY entry DESC LIMIT 1";
inline constexpr auto evidence_drop = "DELETE FROM evidence WHERE seq <= ?";
inline constexpr auto anchor_of = "SELECT last_seq, last_hash, first_at, last_at, dropped, entries, at, who"
                                  " FROM evidence_anchor WHERE one = 1";
inline constexpr auto anchor_put
    = "UPDATE evidence_anchor SET last_seq = ?, last_hash = ?, first_at = ?, last_at = ?,"
      " dropped = ?, entries = ?, at = ?, who = ? WHERE one = 1";

// ownership
inline constexpr auto owned_load
    = "SELECT o.id, o.kind, o.name, o.member, o.part, o.made, f.field, f.ours, f.before, f.basis"
      " FROM owned AS o LEFT JOIN owned_field AS f ON f.record = o.id WHERE o.plugin = ? AND o.cluster = ?";
inline constexpr auto owned_put = "INSERT INTO owned (plugin, cluster, kind, name, member, part, made, "
                                  "since) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
                                  " ON CONFLICT (plugin, cluster, kind, name, member, part)"
                                  " DO UPDATE SET made = max(made, excluded.made) RETURNING id";
inline constexpr auto owned_find = "SELECT id FROM owned WHERE plugin = ? AND cluster = ? AND kind = ? AND "
                                   "name = ? AND member = ? AND part = ?";
inline constexpr auto owned_drop = "DELETE FROM owned WHERE id = ?";
inline constexpr auto owned_drop_hollow
    = "DELETE FROM owned WHERE id = ? AND made = 0"
      " AND NOT EXISTS (SELECT 1 FROM owned_field WHERE record = owned.id)";
// What stood before is kept from the first time.
inline constexpr auto owned_put_field
    = "INSERT INTO owned_field (record, field, ours, before, basis, since) VALUES (?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (record, field) DO UPDATE SET ours = excluded.ours, basis = excluded.basis";
inline constexpr auto owned_drop_field = "DELETE FROM owned_field WHERE record = ? AND field = ?";
inline constexpr auto owned_drop_fields = "DELETE FROM owned_field WHERE record = ?";

// what we remember of the portal
inline constexpr auto known_allocations
    = "SELECT id, uuid, resource, name, identifier, local_group, customer, customer_name, gone, blocked,"
      " shares FROM known_allocation WHERE cluster = ? ORDER BY uuid";
inline constexpr auto known_members = "SELECT user, association, identifier, gone, blocked FROM known_member "
                                      "WHERE allocation = ? ORDER BY user";
inline constexpr auto known_find = "SELECT id FROM known_allocation WHERE cluster = ? AND uuid = ?";
inline constexpr auto known_put
    = "INSERT INTO known_allocation (cluster, uuid, resource, name, identifier, local_group, customer,"
      " customer_name, gone, blocked, shares) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (cluster, uuid) DO UPDATE SET resource = excluded.resource, name = excluded.name,"
      " identifier = excluded.identifier, local_group = excluded.local_group, customer = excluded.customer,"
      " customer_name = excluded.customer_name, gone = excluded.gone, blocked = excluded.blocked,"
      " shares = excluded.shares";
inline constexpr auto known_drop = "DELETE FROM known_allocation WHERE cluster = ? AND uuid = ?";
inline constexpr auto known_put_member
    = "INSERT INTO known_member (allocation, user, association, identifier, gone, blocked) VALUES (?, ?, ?, "
      "?, ?, ?)"
      " ON CONFLICT (allocation, user) DO UPDATE SET association = excluded.association,"
      " identifier = excluded.identifier, gone = excluded.gone, blocked = excluded.blocked";
inline constexpr auto known_drop_member = "DELETE FROM known_member WHERE allocation = ? AND user = ?";
inline constexpr auto departed_of = "SELECT allocation, user, identifier, local_group, gone FROM departed "
                                    "WHERE cluster = ? ORDER BY allocation, user";
inline constexpr auto departed_put
    = "INSERT INTO departed (cluster, allocation, user, identifier, local_group, gone) VALUES (?, ?, ?, ?, "
      "?, "
      "?)"
      " ON CONFLICT (cluster, allocation, user) DO UPDATE SET identifier = excluded.identifier,"
      " local_group = excluded.local_group, gone = excluded.gone";
inline constexpr auto snapshot_of = "SELECT taken, text FROM snapshot WHERE cluster = ?";
inline constexpr auto snapshot_put
    = "INSERT INTO snapshot (cluster, taken, text) VALUES (?, ?, ?)"
      " ON CONFLICT (cluster) DO UPDATE SET taken = excluded.taken, text = excluded.text";
inline constexpr auto snapshot_renew = "UPDATE snapshot SET taken = ? WHERE cluster = ?";
inline constexpr auto resources_of
    = "SELECT uuid, state, paused, downscaled, restrict_member_access FROM resource WHERE cluster = ?";
inline constexpr auto resources_drop = "DELETE FROM resource WHERE cluster = ?";
inline constexpr auto resource_add
    = "INSERT INTO resource (cluster, uuid, state, paused, downscaled, restrict_member_access)"
      " VALUES (?, ?, ?, ?, ?, ?)";

// ledger
inline constexpr auto ledger_days
    = "SELECT day, read, whole, final, job_rows, unreadable, carried FROM ledger_day"
      " WHERE cluster = ? AND day >= ? AND day < ? ORDER BY day";
inline constexpr auto ledger_put_day
    = "INSERT INTO ledger_day (cluster, day, read, whole, final, job_rows, unreadable, carried)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (cluster, day) DO UPDATE SET read = excluded.read,"
      " whole = excluded.whole, final = excluded.final, job_rows = excluded.job_rows,"
      " unreadable = excluded.unreadable, carried = excluded.carried";
inline constexpr auto ledger_drop = "DELETE FROM ledger WHERE cluster = ? AND day = ?";
inline constexpr auto ledger_add
    = "INSERT INTO ledger (cluster, day, month, account, user, node, cpu, gpu, memory, billing, jobs, wait)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
inline constexpr auto ledger_tres_drop = "DELETE FROM ledger_tres WHERE cluster = ? AND day = ?";
inline constexpr auto ledger_tres_add = "INSERT INTO ledger_tres (cluster, day, month, account, user, tres, "
                                        "amount) VALUES (?, ?, ?, ?, ?, ?, ?)";
inline constexpr auto ledger_day_rows
    = "SELECT month, account, user, node, cpu, gpu, memory, billing, jobs, wait FROM ledger"
      " WHERE cluster = ? AND day = ? ORDER BY month, account, user";
inline constexpr auto ledger_tres_day
    = "SELECT month, account, user, tres, amount FROM ledger_tres WHERE cluster = ? AND day = ?";
inline constexpr auto ledger_tres_month
    = "SELECT account, user, tres, sum(amount) FROM ledger_tres"
      " WHERE cluster = ? AND day >= ? AND day <= ? AND month = ? GROUP BY account, user, tres";
inline constexpr auto carried_add
    = "INSERT INTO carried_job (cluster, day, job, submit, booked) VALUES (?, ?, ?, ?, ?)"
      " ON CONFLICT (cluster, day, job, submit) DO UPDATE SET booked = excluded.booked";
inline constexpr auto carried_drop = "DELETE FROM carried_job WHERE cluster = ? AND day = ?";
inline constexpr auto carried_of
    = "SELECT job, submit, booked FROM carried_job WHERE cluster = ? AND day = ?";
inline constexpr auto correction_add
    = "INSERT INTO ledger_correction (cluster, made, by, reason, day, month, account, user, node_before,"
      " cpu_before, gpu_before, memory_before, billing_before, node_after, cpu_after, gpu_after, "
      "memory_after,"
      " billing_after) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
inline constexpr auto corrections_of
    = "SELECT made, by, reason, day, month, account, user, node_before, cpu_before, gpu_before,"
      " memory_before, billing_before, node_after, cpu_after, gpu_after, memory_after, billing_after"
      " FROM ledger_correction WHERE cluster = ? ORDER BY id DESC LIMIT ?";
inline constexpr auto released_put
    = "INSERT INTO released_usage (cluster, resource, month, by, at) VALUES (?, ?, ?, ?, ?)"
      " ON CONFLICT (cluster, month, resource) DO UPDATE SET by = excluded.by, at = excluded.at";
inline constexpr auto released_of = "SELECT resource FROM released_usage WHERE cluster = ? AND month = ?";
inline constexpr auto released_drop
    = "DELETE FROM released_usage WHERE cluster = ? AND resource = ? AND month = ?";
inline constexpr auto ledger_month
    = "SELECT account, user, sum(node), sum(cpu), sum(gpu), sum(memory), sum(billing), sum(jobs), sum(wait)"
      " FROM ledger WHERE cluster = ? AND day >= ? AND day <= ? AND month = ?"
      " GROUP BY account, user ORDER BY account, user";
inline constexpr auto ledger_by_day = "SELECT day, account, user, sum(node), sum(cpu), sum(gpu), "
                                      "sum(memory), sum(billing), sum(jobs), sum(wait)"
                                      " FROM ledger WHERE cluster = ? AND day >= ? AND day < ?"
                                      " GROUP BY day, account, user ORDER BY day, account, user";
inline constexpr auto ledger_spent
    = "SELECT account, sum(node), sum(cpu), sum(gpu), sum(memory), sum(billing)"
      " FROM ledger WHERE cluster = ? AND day >= ? AND day <= ? AND month = ? GROUP BY account";
inline constexpr auto ledger_month_by_day
    = "SELECT day, account, user, node, cpu, gpu, memory, billing, jobs, wait FROM ledger"
      " WHERE cluster = ? AND day >= ? AND day <= ? AND month = ? ORDER BY day, account, user";

// storage
inline constexpr auto storage_level_put
    = "INSERT INTO storage_level (cluster, volume, grp, user, seen, known, used_bytes, used_files,"
      " limit_bytes, limit_files) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (cluster, volume, grp, user) DO UPDATE SET seen = excluded.seen, known = excluded.known,"
      " used_bytes = excluded.used_bytes, used_files = excluded.used_files,"
      " limit_bytes = excluded.limit_bytes, limit_files = excluded.limit_files";
inline constexpr auto storage_limits_put
    = "INSERT INTO storage_level (cluster, volume, grp, user, seen, limit_bytes, limit_files)"
      " VALUES (?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (cluster, volume, grp, user) DO UPDATE SET seen = excluded.seen,"
      " limit_bytes = excluded.limit_bytes, limit_files = excluded.limit_files";
inline constexpr auto storage_levels_of
    = "SELECT volume, grp, user, seen, known, used_bytes, used_files, limit_bytes, limit_files"
      " FROM storage_level WHERE cluster = ? ORDER BY volume, grp, user";
inline constexpr auto storage_levels_drop_old = "DELETE FROM storage_level WHERE cluster = ? AND seen < ?";
inline constexpr auto storage_day_put
    = "INSERT INTO storage_day (cluster, month, day, volume, grp, user, read, used_bytes, used_files,"
      " limit_bytes, limit_files, highest_bytes) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (cluster, month, day, volume, grp, user) DO UPDATE SET read = excluded.read,"
      " used_bytes = excluded.used_bytes, used_files = excluded.used_files,"
      " limit_bytes = excluded.limit_bytes, limit_files = excluded.limit_files,"
      " highest_bytes = max(highest_bytes, excluded.highest_bytes)";
inline constexpr auto storage_days_of_month
    = "SELECT day, volume, grp, user, read, used_bytes, used_files, limit_bytes, limit_files, highest_bytes"
      " FROM storage_day WHERE cluster = ? AND month = ? ORDER BY day, volume, grp, user";
inline constexpr auto storage_days_between
    = "SELECT day, volume, grp, user, read, used_bytes, used_files, limit_bytes, limit_files, highest_bytes"
      " FROM storage_day WHERE cluster = ? AND month IN (?, ?, ?) AND day BETWEEN ? AND ?"
      " ORDER BY month, day, volume, grp, user";
inline constexpr auto storage_holders_between
    = "SELECT DISTINCT grp, user FROM storage_day"
      " WHERE cluster = ? AND month IN (?, ?, ?) AND day BETWEEN ? AND ?";
inline constexpr auto storage_month_after
    = "SELECT month FROM storage_day WHERE cluster = ? AND month > ? ORDER BY month LIMIT 1";
inline constexpr auto storage_days_drop_old = "DELETE FROM storage_day WHERE cluster = ? AND month < ?";
inline constexpr auto storage_volume_read
    = "INSERT INTO storage_volume (cluster, volume, tried, read, error) VALUES (?, ?, ?, ?, '')"
      " ON CONFLICT (cluster, volume) DO UPDATE SET tried = excluded.tried, read = excluded.read, error = ''";
inline constexpr auto storage_volume_failed
    = "INSERT INTO storage_volume (cluster, volume, tried, error) VALUES (?, ?, ?, ?)"
      " ON CONFLICT (cluster, volume) DO UPDATE SET tried = excluded.tried, error = excluded.error";
inline constexpr auto storage_volumes_of
    = "SELECT volume, tried, read, error FROM storage_volume WHERE cluster = ? ORDER BY volume";
inline constexpr auto resource_limits_of
    = "SELECT resource, component, amount FROM resource_limit WHERE cluster = ?";
inline constexpr auto resource_limits_drop = "DELETE FROM resource_limit WHERE cluster = ?";
inline constexpr auto resource_limit_add
    = "INSERT INTO resource_limit (cluster, resource, component, amount) VALUES (?, ?, ?, ?)";

// outbox
inline constexpr auto outbox_find = "SELECT id, attempts, next_try, refused FROM outbox"
                                    " WHERE resource = ? AND month = ? AND call = ? AND component = ?";
inline constexpr auto outbox_add
    = "INSERT INTO outbox (resource, month, call, component, measured, queued, attempts, next_try)"
      " VALUES (?, ?, ?, ?, ?, ?, ?, ?)";
inline constexpr auto outbox_add_figure
    = "INSERT INTO outbox_figure (item, position, name, amount) VALUES (?, ?, ?, ?)";
inline constexpr auto outbox_drop = "DELETE FROM outbox WHERE id = ?";
inline constexpr auto outbox_drop_refused
    = "DELETE FROM outbox WHERE resource = ? AND month < ? AND refused = 1";
inline constexpr auto outbox_failed
    = "UPDATE outbox SET attempts = attempts + 1, next_try = ?, last_error = ? WHERE id = ?";
inline constexpr auto outbox_refused
    = "UPDATE outbox SET attempts = attempts + 1, next_try = NULL, refused = 1, last_error = ? WHERE id = ?";
inline constexpr auto outbox_figures
    = "SELECT name, amount FROM outbox_figure WHERE item = ? ORDER BY position";
// `set_usage` stands before `set_user_usages` in the index as in the alphabet. The table is bounded.
inline constexpr auto outbox_rows
    = "SELECT id, resource, month, call, component, measured, attempts, next_try, refused, last_error"
      " FROM outbox ORDER BY resource, month, call, component";
inline constexpr auto reported_put
    = "INSERT INTO reported (month, resource, component, user, amount) VALUES (?, ?, ?, ?, ?)"
      " ON CONFLICT (month, resource, component, user) DO UPDATE SET amount = excluded.amount";
inline constexpr auto reported_of = "SELECT resource, component, user, amount FROM reported WHERE month = ?";

// allowances
inline constexpr auto allowance_add
    = "INSERT INTO allowance (cluster, guard, plan, who, at, until) VALUES (?, ?, ?, ?, ?, ?)";
inline constexpr auto allowance_add_change
    = "INSERT OR IGNORE INTO allowed_change (allowance, plugin, change) VALUES (?, ?, ?)";
inline constexpr auto allowances_of
    = "SELECT a.id, a.guard, a.plan, a.who, a.at, a.until, c.plugin, c.change FROM allowance AS a"
      " LEFT JOIN allowed_change AS c ON c.allowance = a.id WHERE a.cluster = ? AND a.until > ?"
      " ORDER BY a.until, a.id";
inline constexpr auto allowance_drop_change
    = "DELETE FROM allowed_change WHERE allowance = ? AND plugin = ? AND change = ?";
inline constexpr auto allowance_drop = "DELETE FROM allowance WHERE id = ?";
inline constexpr auto allowance_drop_old = "DELETE FROM allowance WHERE cluster = ? AND until <= ?";

// what was taken away lately
inline constexpr auto taken_put
    = "INSERT INTO taken (cluster, plugin, kind, name, member, part, at) VALUES (?, ?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (cluster, plugin, kind, name, member, part) DO UPDATE SET at = excluded.at";
inline constexpr auto taken_since
    = "SELECT plugin, kind, name, member, part FROM taken WHERE cluster = ? AND at > ?";
inline constexpr auto taken_drop_old = "DELETE FROM taken WHERE cluster = ? AND at <= ?";

// trouble of one resource
inline constexpr auto troubles_of
    = "SELECT resource, since, cycles, stage, text FROM trouble WHERE cluster = ?";
inline constexpr auto trouble_put
    = "INSERT INTO trouble (cluster, resource, since, cycles, stage, text) VALUES (?, ?, ?, ?, ?, ?)"
      " ON CONFLICT (cluster, resource) DO UPDATE SET since = excluded.since, cycles = excluded.cycles,"
      " stage = excluded.stage, text = excluded.text";
inline constexpr auto trouble_drop = "DELETE FROM trouble WHERE cluster = ? AND resource = ?";

// notes
inline constexpr auto note_put = "INSERT INTO note (topic, at, text) VALUES (?, ?, ?)"
                                 " ON CONFLICT (topic) DO UPDATE SET at = excluded.at, text = excluded.text";
inline constexpr auto note_put_now
    = "INSERT INTO note (topic, at, text) VALUES (?, unixepoch(), ?)"
      " ON CONFLICT (topic) DO UPDATE SET at = excluded.at, text = excluded.text";
inline constexpr auto note_of = "SELECT at, text FROM note WHERE topic = ?";

// ids that were given to groups and users
inline constexpr auto settled_ids_of = "SELECT sort, name, id FROM settled_id WHERE cluster = ?";
inline constexpr auto settled_id_put
    = "INSERT INTO settled_id (cluster, sort, name, id, at) VALUES (?, ?, ?, ?, ?)"
      " ON CONFLICT (cluster, sort, name) DO UPDATE SET id = excluded.id, at = excluded.at";

inline constexpr std::array every { journal_cycle, journal_add, journal_begins_cycle, journal_add_field,
    journal_add_need, journal_settle, journal_open, journal_since, journal_unsettled_since, journal_of_name,
    journal_unsettled_of_name, journal_of_user, journal_unsettled_of_user, journal_fields, journal_needs,
    journal_entry, journal_unproven, journal_first_open, journal_drop, journal_drop_older, evidence_head,
    evidence_add, evidence_walk, evidence_after, evidence_notes, evidence_last_outcome, evidence_standing,
    evidence_entries, evidence_commands, evidence_drop, anchor_of, anchor_put, owned_load, owned_put,
    owned_find, owned_drop, owned_drop_hollow, owned_put_field, owned_drop_field, owned_drop_fields,
    known_allocations, known_members, known_find, known_put, known_drop, known_put_member, known_drop_member,
    departed_of, departed_put, snapshot_of, snapshot_put, snapshot_renew, resources_of, resources_drop,
    resource_add, ledger_days, ledger_put_day, ledger_drop, ledger_add, ledger_tres_drop, ledger_tres_add,
    ledger_day_rows, ledger_tres_day, ledger_tres_month, carried_add, carried_drop, carried_of,
    correction_add, corrections_of, released_put, released_of, released_drop, ledger_month, ledger_by_day,
    ledger_spent, storage_level_put, storage_limits_put, storage_levels_of, storage_levels_drop_old,
    storage_day_put, storage_days_of_month, storage_days_between, storage_holders_between,
    storage_month_after, storage_days_drop_old, storage_volume_read, storage_volume_failed,
    storage_volumes_of, resource_limits_of, resource_limits_drop, resource_limit_add, outbox_find, outbox_add,
    outbox_add_figure, outbox_drop, outbox_drop_refused, outbox_failed, outbox_refused, outbox_figures,
    outbox_rows, reported_put, reported_of, note_put, note_put_now, note_of, allowance_add,
    allowance_add_change, allowances_of, allowance_drop_change, allowance_drop, allowance_drop_old, taken_put,
    taken_since, taken_drop_old, troubles_of, trouble_put, trouble_drop, settled_ids_of, settled_id_put,
    ledger_month_by_day };

} // namespace site::sql
