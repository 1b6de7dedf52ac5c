#include "store/evidence_check.hpp"

#include "store/evidence_body.hpp"
#include "store/sql.hpp"
#include "store/statement.hpp"

#include <SQLiteCpp/SQLiteCpp.h>

#include <limits>

namespace site {
namespace {

/// A column that has another type than the store writes, or a value that it never has: it may read alike and
/// yet was not written by us.
struct WrongType {
    std::string column;
};

/// The present row's columns one after the other, each of exactly the type that the store writes.
class Strict {
public:
    explicit Strict(SQLite::Statement& row) : row_(row) { }

    std::int64_t number()
    {
        const auto column = next();
        if (!column.isInteger())
            throw WrongType { column.getName() };
        return column.getInt64();
    }
    bool flag()
    {
        const auto column = next();
        if (!column.isInteger() || column.getInt64() < 0 || column.getInt64() > 1)
            throw WrongType { column.getName() };
        return column.getInt64() == 1;
    }
    /// A position, which is counted from 0 without gaps.
    void expect(std::size_t position)
    {
        const auto column = next();
        if (!column.isInteger() || column.getInt64() != static_cast<std::int64_t>(position))
            throw WrongType { column.getName() };
    }
    std::optional<std::int64_t> maybe_number()
    {
        if (!row_.getColumn(at_).isNull())
            return number();
        ++at_;
        return std::nullopt;
    }
    std::string text()
    {
        const auto column = next();
        if (!column.isText())
            throw WrongType { column.getName() };
        return column.getString();
    }
    boost::json::value value()
    {
        const auto column = next();
        if (column.isNull())
            return nullptr;
        if (column.isInteger())
            return column.getInt64();
        if (!column.isText())
            throw WrongType { column.getName() };
        return boost::json::value(column.getString());
    }

private:
    SQLite::Column next() { return row_.getColumn(at_++); }

    SQLite::Statement& row_;
    int at_ = 0;
};

/// What the journal has of one entry beside the intent.
struct Standing {
    Instant at;
    std::string body; ///< as its intent would be
    std::string outcome;
    std::string said;
    std::optional<std::int64_t> settled;
};

class Walk {
public:
    Walk(SQLite::Database& sql, const std::optional<ChainHead>& known)
        : known_(known), rows_(sql, sql::evidence_walk), entry_(sql, sql::journal_entry),
          fields_(sql, sql::journal_fields), needs_(sql, sql::journal_needs),
          last_outcome_(sql, sql::evidence_last_outcome), unproven_(sql, sql::journal_unproven)
    {
        check_.head = head_of(sql);
        check_.anchor = anchor_of(sql);
        check_.older = entries_before_chain(sql);
    }

    ChainCheck run()
    {
        ChainHead last = check_.anchor.last;
        with(rows_, std::numeric_limits<std::int64_t>::min());
        try {
            while (!check_.fault && rows_.executeStep())
                look(last);
        } catch (const WrongType& wrong) {
            fault(last.seq + 1, "column " + wrong.column + " does not have the type that is written there");
        }
        if (!check_.fault)
            end(last);
        return std::move(check_);
    }

private:
    void fault(std::int64_t seq, std::string what) { check_.fault = ChainFault { seq, std::move(what) }; }

    void look(ChainHead& last)
    {
        Strict columns(rows_);
        EvidenceRow row;
        row.seq = columns.number();
        row.at = Instant { Seconds { columns.number() } };
        row.event = columns.text();
        row.entry = columns.maybe_number();
        row.body = columns.text();
        row.hash = columns.text();
        if (row.seq != last.seq + 1)
            return row.seq <= last.seq
                ? fault(row.seq, "it stands before the chain's beginning")
                : fault(last.seq + 1, "it is missing: the next row is " + std::to_string(row.seq));
        if (link_hash(last.hash, row) != row.hash)
            return fault(
                row.seq, "its hash does not follow from the row and the one before: one of them was altered");
        if (known_ && known_->seq == row.seq && known_->hash != row.hash)
            return fault(row.seq, "its hash is not the one that was noted: the chain was written anew");
        last = { row.seq, row.hash };
        ++check_.rows;
        if (row.event == "begun" && row.body != begun_body(check_.older))
            return fault(row.seq, "the head names other entries as older than the chain");
        if (row.event == "compacted") {
            compacted_ = row.body;
            compacted_at_ = row.at;
        }
        if (row.event == "intent" && row.entry)
            check_intent(row);
        if (row.event == "outcome" && row.entry)
            check_outcome(row);
    }

    void check_intent(const EvidenceRow& row)
    {
        ++check_.entries;
        const auto id = std::to_string(*row.entry);
        const auto found = read(*row.entry);
        if (!found)
            return fault(row.seq, "journal entry " + id + " is gone");
        if (found->body != row.body || found->at != row.at)
            return fault(row.seq, "journal entry " + id + " is not as it was intended");
        with(last_outcome_, *row.entry);
        if (last_outcome_.executeStep())
            return; // held against it when the walk comes there
        if (found->outcome != "open" || !found->said.empty() || found->settled)
            fault(row.seq,
                "journal entry " + id + " has the outcome " + found->outcome + ", the chain has none of it");
    }

    void check_outcome(const EvidenceRow& row)
    {
        with(last_outcome_, *row.entry);
        if (!last_outcome_.executeStep() || last_outcome_.getColumn(0).getInt64() != row.seq)
            return;
        const auto id = std::to_string(*row.entry);
        const auto found = read(*row.entry);
        if (!found)
            return fault(row.seq, "journal entry " + id + " is gone");
        const bool open = found->outcome == "open";
        const bool time_agrees
            = open ? !found->settled : found->settled == std::optional(row.at.time_since_epoch().count());
        if (outcome_body(found->outcome, found->said) != row.body || !time_agrees)
            fault(row.seq, "journal entry " + id + " does not have its last outcome");
    }

    std::optional<Standing> read(std::int64_t id)
    {
        try {
            return standing(id);
        } catch (const WrongType& wrong) {
            Standing other;
            other.body = "of another type: " + wrong.column;
            return other;
        }
    }

    std::optional<Standing> standing(std::int64_t id)
    {
        with(entry_, id);
        if (!entry_.executeStep())
            return std::nullopt;
        Strict row(entry_);
        Standing found;
        IntentWords words;
        words.cycle = row.number();
        found.at = Instant { Seconds { row.number() } };
        std::string kept[10]; // plugin, who, action, effect, kind, cluster, name, member, part, reason
        for (auto& word : kept)
            word = row.text();
        words.plugin = kept[0];
        words.by = kept[1];
        words.action = kept[2];
        words.effect = kept[3];
        words.key = { kept[4], kept[5], kept[6], kept[7], kept[8] };
        words.reason = kept[9];
        found.outcome = row.text();
        found.said = row.text();
        found.settled = row.maybe_number();
        read_details(id, words);
        found.body = intent_body(std::move(words));
        return found;
    }

    void read_details(std::int64_t id, IntentWords& words)
    {
        with(fields_, id);
        while (fields_.executeStep()) {
            Strict row(fields_);
            const auto field = row.text();
            auto before = row.value();
            auto after = row.value();
            const auto basis = row.text();
            const bool release = row.flag();
            row.expect(words.fields.size());
            words.fields.push_back(field_json(field, std::move(before), std::move(after), basis, release));
        }
        with(needs_, id);
        while (needs_.executeStep()) {
            Strict row(needs_);
            std::string kept[5];
            for (auto& word : kept)
                word = row.text();
            row.expect(words.needs.size());
            words.needs.push_back(key_json({ kept[0], kept[1], kept[2], kept[3], kept[4] }));
        }
    }

    /// What only the end of the walk can say: the head, the anchor, and entries that nobody intended.
    void end(const ChainHead& last)
    {
        const auto& anchor = check_.anchor;
        if (last != check_.head)
            return fault(last.seq + 1,
                "the chain ends with " + std::to_string(last.seq) + ", its head says "
                    + std::to_string(check_.head.seq) + ": rows were cut off its end");
        if (anchor.last.seq > 0
            && (compacted_ != compacted_body(anchor, check_.older) || compacted_at_ != anchor.at))
            return fault(anchor.last.seq, "the anchor is not as the chain says that it was set");
        if (known_ && known_->seq > last.seq)
            return fault(last.seq + 1,
                "the chain ends with " + std::to_string(last.seq) + ", it was noted up to "
                    + std::to_string(known_->seq) + ": rows were cut off its end");
        if (known_ && known_->seq == anchor.last.seq && known_->hash != anchor.last.hash)
            return fault(anchor.last.seq, "its hash is not the one that was noted");
        with(unproven_, check_.older);
        if (unproven_.executeStep())
            fault(0,
                "journal entry " + std::to_string(unproven_.getColumn(0).getInt64())
                    + " was never intended: the chain does not have it");
    }

    const std::optional<ChainHead>& known_;
    SQLite::Statement rows_;
    SQLite::Statement entry_;
    SQLite::Statement fields_;
    SQLite::Statement needs_;
    SQLite::Statement last_outcome_;
    SQLite::Statement unproven_;
    ChainCheck check_;
    std::string compacted_; ///< body of the last compaction in the chain
    Instant compacted_at_ {};
};

} // namespace

Result<ChainCheck> check_chain(const Database& database, const std::optional<ChainHead>& known)
{
    ChainCheck check;
    auto done = database.read(
        "verifying the journal", [&](SQLite::Database& sql) { check = Walk(sql, known).run(); });
    if (!done)
        return done.error();
    if (known && known->seq > 0 && known->seq < check.anchor.last.seq)
        return Error { Errc::not_found,
            "the journal was compacted up to " + std::to_string(check.anchor.last.seq)
                + ", so its head of then can't be compared; take a later one" };
    return check;
}

} // namespace site
