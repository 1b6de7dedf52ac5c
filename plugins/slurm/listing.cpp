#include "slurm/listing.hpp"

#include "model/identifier.hpp"
#include "slurm/fields.hpp"
#include "slurm/sacctmgr.hpp"

#include <algorithm>
#include <charconv>
#include <unordered_set>

namespace site {
namespace {

/// The account's own row, for what the rows beneath inherit.
struct Above {
    std::optional<std::int64_t> max_submit;
    std::string_view qos;
    std::string_view default_qos;
};

class Reader {
public:
    Reader(Name cluster, const Interest& interest, const SlurmSettings& settings)
        : cluster_(cluster), interest_(interest), settings_(settings), wanted_qos_(account_qos(settings))
    {
    }

    Result<void> take(const AssociationLine& row)
    {
        if (row.user.empty())
            return take_account(row);
        const auto* name = wanted(row.account);
        if (name == nullptr)
            return {};
        Record record { .key = { Kind::association, cluster_, *name, Name(row.user), Name(row.partition) } };
        const auto above = accounts_.find(row.account);
        const bool inherited = above != accounts_.end() && row.max_submit == above->second.max_submit;
        if (row.max_submit && (!inherited || *row.max_submit == 0))
            record.fields.push_back({ fields().max_submit, Value(*row.max_submit) });
        out_.records.push_back(std::move(record));
        return {};
    }

    [[nodiscard]] bool root() const { return accounts_.contains("root"); }

    Result<SlurmListing> finish()
    {
        auto& records = out_.records;
        std::sort(records.begin(), records.end(), [](const auto& a, const auto& b) { return a.key < b.key; });
        const auto twice = std::adjacent_find(
            records.begin(), records.end(), [](const auto& a, const auto& b) { return a.key == b.key; });
        if (twice != records.end())
            return Error { Errc::invalid, text(twice->key) + " is listed twice" };
        return std::move(out_);
    }

private:
    const Name* wanted(std::string_view account) const
    {
        const auto& names = interest_.names;
        const auto found = std::lower_bound(names.begin(), names.end(), account,
            [](Name name, std::string_view sought) { return name.text() < sought; });
        return found != names.end() && found->text() == account ? &*found : nullptr;
    }

    Result<void> take_account(const AssociationLine& row)
    {
        const auto above = accounts_.find(row.parent);
        accounts_.emplace(row.account, Above { row.max_submit, row.qos, row.default_qos });
        const auto* name = wanted(row.account);
        if (name == nullptr)
            return {};
        Record record { .key = { Kind::account, cluster_, *name } };
        auto& into = record.fields;
        into.reserve(8);
        into.push_back({ fields().parent, Value(Name(row.parent)) });
        if (row.grp_submit)
            into.push_back({ fields().grp_submit, Value(*row.grp_submit) });
        if (row.grp_jobs)
            into.push_back({ fields().grp_jobs, Value(*row.grp_jobs) });
        add_fairshare(row.fairshare, into);
        add_qos(row, above == accounts_.end() ? Above {} : above->second, into);
        if (auto added = add_caps(row, into); !added)
            return added;
        out_.parents.emplace(*name, Name(row.parent));
        out_.records.push_back(std::move(record));
        return {};
    }

    void add_fairshare(std::string_view text, std::vector<FieldValue>& into) const
    {
        std::int64_t number = 0;
        const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (ec != std::errc {} || end != text.data() + text.size()) {
            if (!text.empty())
                into.push_back({ fields().fairshare, Value(Name(text)) });
        } else if (number != 1 || settings_.fairshare == 1)
            into.push_back({ fields().fairshare, Value(number) });
    }

    void add_qos(const AssociationLine& row, const Above& above, std::vector<FieldValue>& into) const
    {
        const auto list = sorted_list(row.qos);
        if (!list.empty() && (list == wanted_qos_ || list != sorted_list(above.qos)))
            into.push_back({ fields().qos, Value(Name(list)) });
        const auto standard = row.default_qos;
        const bool ours = standard == settings_.default_qos || standard == settings_.downscaled_qos;
        if (!standard.empty() && (ours || standard != above.default_qos))
            into.push_back({ fields().default_qos, Value(Name(standard)) });
    }

    Result<void> add_caps(const AssociationLine& row, std::vector<FieldValue>& into) const
    {
        auto rest = row.grp_tres_mins;
        while (!rest.empty()) {
            const auto comma = std::min(rest.find(','), rest.size());
            const auto entry = rest.substr(0, comma);
            rest.remove_prefix(std::min(comma + 1, rest.size()));
            const auto equals = std::min(entry.find('='), entry.size());
            const auto tres = entry.substr(0, equals);
            const Name* field = nullptr;
            for (const auto& cap :
                { &fields().cap_cpu, &fields().cap_gpu, &fields().cap_mem, &fields().cap_billing })
                if (tres_of(*cap) == tres)
                    field = cap;
            if (field == nullptr)
                continue; // node, energy, a gres type: never ours
            // Memory is printed as 1000M or 2G, the others are plain; both are read by one rule.
            const auto value = entry.substr(std::min(equals + 1, entry.size()));
            std::int64_t number = 0;
            if (tres == "mem") {
                const auto megabytes = parse_megabytes(value);
                if (!megabytes || *megabytes > static_cast<std::uint64_t>(INT64_MAX))
                    return bad_cap(row, entry);
                number = static_cast<std::int64_t>(*megabytes);
            } else {
                const auto [end, ec] = std::from_chars(value.data(), value.data() + value.size(), number);
                if (ec != std::errc {} || end != value.data() + value.size() || number < 0)
                    return bad_cap(row, entry);
            }
            into.push_back({ *field, Value(number) });
        }
        return {};
    }

    static Error bad_cap(const AssociationLine& row, std::string_view entry)
    {
        return { Errc::invalid,
            "GrpTRESMins " + cited(entry) + " of account " + cited(row.account) + " is not understood" };
    }

    Name cluster_;
    const Interest& interest_;
    const SlurmSettings& settings_;
    std::string wanted_qos_;
    std::unordered_map<std::string_view, Above> accounts_; // every account; keys lie in the listing's text
    SlurmListing out_;
};

/// Every association of the users that the interest touches, also foreign ones.
void add_users(std::string_view text, SlurmListing& listing)
{
    std::unordered_map<std::string_view, UserRow*> users;
    for (const auto& record : listing.records)
        if (record.key.kind == Kind::association)
            users.emplace(record.key.member.text(), &listing.users[record.key.member]);
    std::string_view line;
    while (next_line(text, line)) {
        const auto row = parse_association(line);
        const auto found = row ? users.find(row->user) : users.end();
        if (found != users.end())
            found->second->rows.emplace_back(Name(row->account), Name(row->partition));
    }
}

} // namespace

std::string account_qos(const SlurmSettings& settings)
{
    if (settings.qos.empty())
        return {};
    std::string list = settings.default_qos + "," + settings.downscaled_qos;
    for (const auto& qos : settings.qos)
        list += "," + qos;
    return sorted_list(list);
}

Result<SlurmListing> parse_listing(
    std::string_view text, Name cluster, const Interest& interest, const SlurmSettings& settings)
{
    Reader reader(cluster, interest, settings);
    auto rest = text;
    std::string_view line;
    while (next_line(rest, line)) {
        const auto row = parse_association(line);
        if (!row)
            return row.error();
        if (auto taken = reader.take(*row); !taken)
            return taken.error();
    }
    if (!reader.root())
        return Error { Errc::unreachable,
            "not even root's association is listed on cluster " + cited(cluster.text())
                + ", so the listing is not whole or this cluster is not there" };
    auto listing = reader.finish();
    if (listing && interest.removals)
        add_users(text, *listing);
    return listing;
}

Result<void> add_accounts(std::string_view text, Name cluster, const Interest& interest,
    std::vector<Record>& records, SlurmFacts& facts)
{
    bool root = false;
    std::string_view line;
    while (next_line(text, line)) {
        const auto row = parse_account(line);
        if (!row)
            return row.error();
        root = root || row->account == "root";
        const auto wanted = std::lower_bound(interest.names.begin(), interest.names.end(), row->account,
            [](Name name, std::string_view sought) { return name.text() < sought; });
        if (wanted == interest.names.end() || wanted->text() != row->account)
            continue;
        const Key key { Kind::account, cluster, *wanted };
        const auto record = std::lower_bound(records.begin(), records.end(), key,
            [](const Record& one, const Key& sought) { return one.key < sought; });
        if (record == records.end() || record->key != key) {
            facts.elsewhere.emplace(*wanted, row->organization);
            continue;
        }
        if (!row->description.empty())
            record->fields.push_back({ fields().description, Value(Name(row->description)) });
        if (!row->organization.empty())
            record->fields.push_back({ fields().organization, Value(Name(row->organization)) });
    }
    if (!root)
        return Error { Errc::unreachable, "not even the account root is listed" };
    std::unordered_set<Name> marked; // an account stands before its associations
    for (auto& record : records) {
        const auto* organization = record.field(fields().organization);
        if (organization && organization->value == Value(fields().mark))
            marked.insert(record.key.name);
        record.marked = marked.contains(record.key.name);
    }
    return {};
}

Interest with_marked(Interest interest, std::string_view accounts)
{
    std::string_view line;
    while (next_line(accounts, line))
        if (const auto row = parse_account(line); row && row->organization == fields().mark.text())
            interest.names.emplace_back(row->account);
    std::sort(interest.names.begin(), interest.names.end());
    interest.names.erase(std::unique(interest.names.begin(), interest.names.end()), interest.names.end());
    return interest;
}

Result<void> add_defaults(std::string_view text, Users& users)
{
    std::unordered_map<std::string_view, UserRow*> by_name;
    for (auto& [name, row] : users)
        by_name.emplace(name.text(), &row);
    std::string_view line;
    while (next_line(text, line)) {
        const auto row = parse_default(line);
        if (!row)
            return row.error();
        if (const auto found = by_name.find(row->first); found != by_name.end())
            found->second->default_account = Name(row->second);
    }
    return {};
}

} // namespace site
