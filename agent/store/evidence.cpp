#include "store/evidence.hpp"

#include "model/identifier.hpp"
#include "store/evidence_body.hpp"
#include "store/sql.hpp"
#include "store/statement.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <openssl/evp.h>

namespace site {
namespace {

constexpr std::size_t hex_digits = 64;

std::string sha256(std::string_view whole)
{
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest {};
    unsigned int length = 0;
    if (EVP_Digest(whole.data(), whole.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1)
        throw SQLite::Exception("this machine's OpenSSL has no SHA-256");
    static constexpr char hex[] = "0123456789abcdef";
    std::string out;
    out.reserve(hex_digits);
    for (std::size_t i = 0; i < length; ++i) {
        out += hex[digest[i] >> 4];
        out += hex[digest[i] & 15];
    }
    return out;
}

void gather(SQLite::Statement& query, std::vector<EvidenceRow>& found)
{
    while (query.executeStep()) {
        Columns row(query);
        EvidenceRow one;
        one.seq = row.number();
        one.at = row.instant();
        one.event = row.text();
        one.entry = row.maybe_number();
        one.body = row.text();
        one.hash = row.text();
        found.push_back(std::move(one));
    }
}

} // namespace

const std::string no_hash(hex_digits, '0');

std::string text(const ChainHead& head)
{
    return std::to_string(head.seq) + ":" + head.hash;
}

Result<ChainHead> parse_head(std::string_view text)
{
    const Error wrong { Errc::invalid,
        cited(text) + " is no head of the journal: it is written as NUMBER:HASH, as `status` shows it" };
    ChainHead head;
    const auto* end = text.data() + text.size();
    const auto [stop, problem] = std::from_chars(text.data(), end, head.seq);
    if (problem != std::errc {} || stop == end || *stop != ':' || head.seq < 0)
        return wrong;
    head.hash = std::string(stop + 1, end);
    const auto digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
    if (head.hash.size() != hex_digits || !std::all_of(head.hash.begin(), head.hash.end(), digit))
        return wrong;
    return head;
}

std::string link_hash(std::string_view before, const EvidenceRow& row)
{
    std::string whole(before);
    whole += "\n" + std::to_string(row.seq) + "\n" + std::to_string(row.at.time_since_epoch().count()) + "\n"
        + row.event + "\n" + (row.entry ? std::to_string(*row.entry) : std::string {}) + "\n" + row.body;
    return sha256(whole);
}

void append(Transaction& transaction, Instant at, std::string_view event, std::optional<std::int64_t> entry,
    std::string body)
{
    auto& query = prepared(transaction, sql::evidence_head);
    query.reset();
    if (!query.executeStep())
        throw SQLite::Exception("the chain of the journal has no head");
    Columns head(query);
    EvidenceRow row { .seq = head.number() + 1,
        .at = at,
        .event = std::string(event),
        .entry = entry,
        .body = std::move(body),
        .hash = {} };
    const auto before = head.text();
    const auto older = head.number();
    query.reset();
    if (row.seq == 1 && event != "begun") {
        append(transaction, at, "begun", std::nullopt, begun_body(older));
        append(transaction, at, event, entry, std::move(row.body));
        return;
    }
    row.hash = link_hash(before, row);
    run(prepared(transaction, sql::evidence_add), row.seq, at, row.event, row.entry, row.body, row.hash);
}

ChainHead head_of(SQLite::Database& database)
{
    SQLite::Statement query(database, sql::evidence_head);
    if (!query.executeStep())
        throw SQLite::Exception("the chain of the journal has no head");
    Columns row(query);
    ChainHead head { .seq = row.number(), .hash = row.text() };
    return head;
}

std::int64_t entries_before_chain(SQLite::Database& database)
{
    SQLite::Statement query(database, sql::evidence_head);
    if (!query.executeStep())
        throw SQLite::Exception("the chain of the journal has no head");
    return query.getColumn(2).getInt64();
}

Anchor anchor_of(SQLite::Database& database)
{
    SQLite::Statement query(database, sql::anchor_of);
    if (!query.executeStep())
        throw SQLite::Exception("the chain of the journal has no anchor");
    Columns row(query);
    Anchor anchor;
    anchor.last.seq = row.number();
    anchor.last.hash = row.text();
    anchor.from = row.instant();
    anchor.to = row.instant();
    anchor.rows = row.number();
    anchor.entries = row.number();
    anchor.at = row.instant();
    anchor.by = row.text();
    return anchor;
}

Result<ChainHead> Evidence::head() const
{
    ChainHead head;
    auto done = database_.read(
        "reading the head of the journal", [&](SQLite::Database& database) { head = head_of(database); });
    if (!done)
        return done.error();
    return head;
}

Result<Anchor> Evidence::anchor() const
{
    Anchor anchor;
    auto done = database_.read("reading the anchor of the journal",
        [&](SQLite::Database& database) { anchor = anchor_of(database); });
    if (!done)
        return done.error();
    return anchor;
}

Result<std::vector<EvidenceRow>> Evidence::after(std::int64_t seq, std::size_t most) const
{
    std::vector<EvidenceRow> found;
    auto done = database_.read("reading the evidence", [&](SQLite::Database& database) {
        SQLite::Statement query(database, sql::evidence_after);
        with(query, seq, most);
        gather(query, found);
    });
    if (!done)
        return done.error();
    return found;
}

Result<std::vector<EvidenceRow>> Evidence::notes(Instant since, Instant until, std::size_t most) const
{
    std::vector<EvidenceRow> found;
    auto done = database_.read("reading the notes of the journal", [&](SQLite::Database& database) {
        SQLite::Statement query(database, sql::evidence_notes);
        with(query, since, until, most);
        gather(query, found);
    });
    if (!done)
        return done.error();
    return found;
}

} // namespace site
