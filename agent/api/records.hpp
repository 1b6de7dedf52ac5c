#pragma once

#include "model/name.hpp"

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

namespace site {

/// What a record is, in the order in which such things are made; they are removed in reverse.
enum class Kind : std::uint8_t { group, user, group_member, directory, quota, account, association };

std::string_view name(Kind);
std::optional<Kind> parse_kind(std::string_view);

/// Which thing at the site. `cluster` is in every key, since a slurmdbd is shared by several.
///
/// group:        name = Unix group
/// user:         member = Unix user, name empty: a person is in many projects
/// group_member: name = Unix group, member = user
/// directory, quota: name = Unix group, empty for a person's over all projects; member = user, empty for the
///               project's; part = volume
/// account:      name = account
/// association:  name = account, member = user, part = partition (empty for all partitions)
struct Key {
    Kind kind = Kind::account;
    Name cluster;
    Name name;
    Name member {};
    Name part {};

    friend bool operator==(const Key&, const Key&) = default;
    friend std::strong_ordering operator<=>(const Key&, const Key&) = default;
};

std::string text(const Key&); ///< `account c1/brics.climate`, `association c1/brics.climate/mia.climate`

/// Nothing, a whole number, or a word. Nothing means: not set at the site, so its own default holds.
class Value {
public:
    Value() = default;
    Value(std::int64_t number) : held_(number) { }
    Value(Name word) : held_(word) { }

    [[nodiscard]] bool unset() const { return std::holds_alternative<std::monostate>(held_); }
    [[nodiscard]] std::optional<std::int64_t> number() const
    {
        const auto* value = std::get_if<std::int64_t>(&held_);
        return value ? std::optional(*value) : std::nullopt;
    }
    [[nodiscard]] const Name* word() const { return std::get_if<Name>(&held_); }
    [[nodiscard]] std::string text() const; ///< empty when unset

    friend bool operator==(const Value&, const Value&) = default;

private:
    std::variant<std::monostate, std::int64_t, Name> held_;
};

/// What a change means to people; guards and order go by it.
enum class Effect : std::uint8_t {
    gives, ///< makes, opens, repairs
    stops, ///< closes a gate because our own ledger says that the month is spent
    takes_away ///< revokes or removes because the portal says so
};

/// Whether a field that somebody else set may be taken over.
enum class Take : std::uint8_t {
    if_unset, ///< only where nothing stands; else it is reported and left alone
    hold ///< a block: what stood there is remembered and put back when the block is lifted
};

/// A field of a record under the tool's own word for it: `GrpSubmitJobs`, `parent`.
struct FieldValue {
    Name field;
    Value value;
    Take take = Take::if_unset;
    Effect effect = Effect::gives;
    Name basis {}; ///< from what the value was made, kept with the ownership and handed back to `desired`

    bool operator==(const FieldValue&) const = default;
};

constexpr std::uint32_t nobody = 0xffffffff;

struct Record {
    Key key;
    std::vector<FieldValue> fields {}; ///< each field once, in any order
    /// Desired records only: which allocation and member of the snapshot ask for it.
    std::uint32_t allocation = nobody;
    std::uint32_t member = nobody;
    /// Desired records only: keep it right where it is, but don't make it.
    bool only_if_there = false;
    /// Observed records only: it bears the agent's mark, whatever the store says.
    bool marked = false;
    std::vector<Key> needs {}; ///< desired records only: what must be there first

    [[nodiscard]] const FieldValue* field(Name name) const;
};

/// What the store says is ours, field by field, with what stood there before.
struct Owned {
    struct Field {
        Name field;
        Value ours;
        Value before;
        Name basis {};
    };
    bool record = false; ///< we made the record itself
    std::vector<Field> fields {};

    [[nodiscard]] const Field* field(Name name) const;
};

using Ownership = std::unordered_map<Key, Owned>;

} // namespace site

template <> struct std::hash<site::Key> {
    std::size_t operator()(const site::Key& key) const noexcept
    {
        const std::hash<site::Name> of_name;
        std::size_t value = static_cast<std::size_t>(key.kind);
        for (const auto name : { key.cluster, key.name, key.member, key.part })
            value = value * 1000003 ^ of_name(name);
        return value;
    }
};
