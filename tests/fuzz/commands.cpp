// From the portal's names and texts to argument vectors: judge, desired, diff, batches, load text. Whatever
// the portal says, and whatever stands at the site, nothing may reach sacctmgr that it would read as
// something else.
//
// The input is lines. The first one has letters for settings (see `settings_of`), the others are rows; in
// their fields \n, \0, \p and \\ stand for newline, NUL, bar and backslash.
//   A|backend_id|groupname|name|customer|abbreviation|node_limit|flags    an allocation
//   M|index of its allocation|username|useridentifier|flags              a member of it
//   O|... and C|...                                  lines of the listings of associations and accounts
// Flag d: gone from the second round on. i: inactive, e: erred, w: downscaled, z: limit 0 later.

#include "core/diff.hpp"
#include "core/membership.hpp"
#include "fuzz/input.hpp"
#include "slurm/apply.hpp"
#include "slurm/desired.hpp"
#include "slurm/fields.hpp"
#include "store/ownership_store.hpp"

#include <algorithm>
#include <map>
#include <set>

using namespace site;
using namespace site::fuzz;

namespace {

const Name cluster { "sandbox" };

std::string unescaped(std::string_view text)
{
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '\\' || i + 1 == text.size()) {
            out += text[i];
            continue;
        }
        const char c = text[++i];
        out += c == 'n' ? '\n' : c == '0' ? '\0' : c == 'p' ? '|' : c;
    }
    return out;
}

// ------------------------------------------------------------------------------- what may reach sacctmgr
void must_be_name(std::string_view name, bool may_be_sites_own, std::string_view about)
{
    must(is_local_name(name), "a name position holds a local name", about);
    must(may_be_sites_own || !always_protected().contains(std::string(name)),
        "a protected name is never touched", about);
}

bool is_word(std::string_view text, std::string_view also)
{
    for (const char c : text)
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
                || also.find(c) != std::string_view::npos))
            return false;
    return !text.empty();
}

void check_setting(std::string_view key, std::string_view value, std::string_view about)
{
    must(is_tame(value), "a value has no quote or control character", about);
    if (key == "description" || key == "organization")
        must(is_word(value, " ._-+@/()"), "a text is of the small alphabet", about);
    else if (key == "GrpSubmitJobs" || key == "GrpJobs" || key == "MaxSubmitJobs")
        must(value == "-1" || (is_word(value, "") && value.find_first_not_of("0123456789") == value.npos),
            "a limit is a number", about);
    else if (key == "GrpTRESMins")
        for (const auto part : split(value, ',')) {
            auto number = part;
            const auto tres = cut(number, '=');
            must(tres == "cpu" || tres == "mem" || tres == "billing" || tres == "gres/gpu", "a known TRES",
                about);
            must(number == "-1" || (!number.empty() && number.find_first_not_of("0123456789") == number.npos),
                "a cap is a number", about);
        }
    else if (key == "QOS")
        must(value.empty() || is_word(value, "_-.,+:"), "a list of QOS", about);
    else if (key == "DefaultQOS" || key == "fairshare")
        must(is_word(value, "_-.+:") || value == "-1", "one word", about);
    else
        must(false, "a known setting", about);
}

void check_argument(std::string_view word, bool of_users)
{
    static const std::set<std::string_view> verbs { "add", "modify", "delete", "account", "user", "where",
        "set" };
    must(!word.empty() && word.front() != '-', "no argument looks like an option", word);
    must(is_tame(word), "no argument has a quote or control character", word);
    auto value = word;
    const auto key = cut(value, '=');
    if (key.size() == word.size())
        return must(verbs.contains(word), "a known word", word);
    if (key == "cluster")
        must(value == cluster.text(), "its own cluster", word);
    else if (key == "name")
        for (const auto name : split(value, ','))
            must_be_name(name, false, word);
    else if (key == "account")
        must_be_name(value, false, word);
    else if (key == "parent")
        must_be_name(value, true, word);
    else if (key == "DefaultAccount") // may be an account of the site's own
        must(is_word(value, "_-.+:") && value.front() != '-', "an account in one word", word);
    else if (key == "partition")
        must((of_users && value.empty()) || is_word(value, "_-.+:"), "a partition", word);
    else
        check_setting(key, value, word);
}

/// `Account - 'x':GrpJobs='0'`
void check_load_line(std::string_view line)
{
    auto rest = line;
    const auto what = cut(rest, ' ');
    must(what == "Parent" || what == "Account" || what == "User", "a known line", line);
    must(rest.starts_with("- '"), "a line as dump writes it", line);
    rest.remove_prefix(3);
    must_be_name(cut(rest, '\''), what == "Parent", line);
    while (!rest.empty()) {
        must(rest.front() == ':', "settings follow a colon", line);
        rest.remove_prefix(1);
        const auto key = cut(rest, '=');
        must(rest.starts_with('\''), "a setting is quoted", line);
        rest.remove_prefix(1);
        const auto value = cut(rest, '\'');
        if (key == "Partition")
            must(is_word(value, "_-.+:"), "a partition", line);
        else
            check_setting(key, value, line);
    }
}

void check_command(const Command& command)
{
    const auto& words = command.arguments;
    must(command.program == "/usr/bin/sacctmgr" && words.size() > 2, "sacctmgr and nothing else",
        command.program);
    if (words[0] == "-nP") { // a look
        must(words[1] == "show" && words[2] == "assoc" && words[4] == "cluster=sandbox",
            "a look at this cluster", words[4]);
        return;
    }
    must(words[0] == "-i", "never asks", words[0]);
    if (words[1] != "load") {
        const bool deletes = words[1] == "delete";
        bool names_cluster = false;
        for (std::size_t i = 1; i < words.size(); ++i) {
            check_argument(words[i], words[2] == "user");
            names_cluster = names_cluster || words[i] == "cluster=sandbox";
            must(!deletes || words[i].find('=') == std::string::npos || words[i].back() != '='
                    || words[i] == "partition=",
                "nothing is deleted by an empty condition", words[i]);
        }
        must(names_cluster, "every command names its cluster", text(command));
        must(command.input.empty(), "no input", command.input);
        return;
    }
    must(words.size() == 3 && words[2] == "file=/dev/stdin", "a load reads its input", words[2]);
    std::string_view rest = command.input;
    must(cut(rest, '\n') == "Cluster - 'sandbox'", "a load begins with its cluster", command.input);
    must(rest.empty() || rest.back() == '\n', "whole lines", command.input);
    while (!rest.empty())
        check_load_line(cut(rest, '\n'));
}

class Recorder : public Runner {
public:
    explicit Recorder(bool fails) : fails_(fails) { }
    Result<Output> run(const Command& command) override
    {
        check_command(command);
        Output output;
        if (command.arguments[0] == "-nP")
            output.text = "root||||1|||||normal|\n";
        else if (fails_ && ++calls_ % 2 == 1)
            output.exit = { .status = 1, .errors = " error: no\n" };
        else
            output.text = " Adding Associations Modified Deleting \n";
        return output;
    }
    Result<Exit> stream(const Command& command, const LineSink&) override
    {
        check_command(command);
        return Exit {};
    }

private:
    bool fails_;
    int calls_ = 0;
};

// ------------------------------------------------------------------------------------------ the site's life
struct Row {
    AllocationRow allocation;
    ResourceRow resource;
    std::string flags;
};
struct MemberRow {
    AssociationRow association;
    std::string flags;
};

Uuid uuid_of(char family, std::size_t index)
{
    std::string hex(32, '0');
    hex[0] = family;
    hex[30] = "0123456789abcdef"[index / 16 % 16];
    hex[31] = "0123456789abcdef"[index % 16];
    return Uuid::parse(hex).value();
}

bool has(std::string_view flags, char flag)
{
    return flags.find(flag) != std::string_view::npos;
}

class Site {
public:
    explicit Site(std::string_view input)
    {
        const auto letters = cut(input, '\n');
        settings_of(letters);
        fails_ = has(letters, 'x');
        while (!input.empty())
            take(cut(input, '\n'));
    }

    void live()
    {
        settle_site();
        const auto start = parse_instant("2026-11-05T08:00:00Z").value();
        round(0, start);
        round(1, start + Seconds { 3600 });
        for (auto& [uuid, allocation] : known_) { // the blocks are confirmed
            allocation.blocked = allocation.gone;
            for (auto& member : allocation.members)
                member.blocked = member.gone;
        }
        round(2, start + Seconds { 86400 * 20 });
    }

private:
    void settings_of(std::string_view letters)
    {
        if (has(letters, 'c'))
            settings_.accounts = AccountTree::by_customer;
        if (has(letters, 'r'))
            settings_.retire = Retire::remove;
        if (has(letters, 'k'))
            settings_.on_exhausted = OnExhausted::kill;
        if (has(letters, 'f'))
            settings_.fairshare = 10;
        if (has(letters, 'p'))
            settings_.partitions = { "main", "gpu" };
        if (has(letters, 'q')) {
            settings_.qos = { "high", "normal" };
            settings_.default_qos = "normal";
            settings_.downscaled_qos = "low";
        }
    }

    void take(std::string_view line)
    {
        const auto kind = cut(line, '|');
        if (kind == "O")
            associations_ += std::string(line) + "\n";
        else if (kind == "C")
            accounts_ += std::string(line) + "\n";
        std::vector<std::string> fields;
        for (const auto field : split(line, '|'))
            fields.push_back(unescaped(field));
        fields.resize(8);
        if (kind == "A" && rows_.size() < 200) {
            Row row;
            auto& one = row.allocation;
            one.uuid = uuid_of('a', rows_.size());
            one.resource = row.resource.uuid = uuid_of('b', rows_.size());
            one.backend_id = fields[0];
            one.groupname = fields[1];
            one.name = fields[2];
            one.customer_name = fields[3];
            one.customer_abbreviation = fields[4];
            if (!fields[5].empty())
                one.node_limit = std::atoi(fields[5].c_str());
            row.flags = fields[6];
            one.is_active = !has(row.flags, 'i');
            one.state = has(row.flags, 'e') ? PortalState::erred : PortalState::ok;
            row.resource.state = "OK";
            row.resource.downscaled = has(row.flags, 'w');
            rows_.push_back(std::move(row));
        } else if (kind == "M" && members_.size() < 250) {
            MemberRow row;
            row.association.uuid = uuid_of('c', members_.size());
            row.association.allocation
                = uuid_of('a', static_cast<std::size_t>(std::abs(std::atoi(fields[0].c_str()) % 200)));
            row.association.username = fields[1];
            row.association.useridentifier = fields[2];
            row.flags = fields[3];
            members_.push_back(std::move(row));
        }
    }

    /// What stands at the site before the agent comes.
    void settle_site()
    {
        Interest everything { {}, true };
        std::string_view line;
        for (std::string_view rest = associations_; next_line(rest, line);)
            everything.names.emplace_back(line.substr(0, line.find('|')));
        for (std::string_view rest = accounts_; next_line(rest, line);)
            everything.names.emplace_back(line.substr(0, line.find('|')));
        std::sort(everything.names.begin(), everything.names.end());
        everything.names.erase(
            std::unique(everything.names.begin(), everything.names.end()), everything.names.end());
        auto listing
            = parse_listing("root||||1|||||normal|\n" + associations_, cluster, everything, settings_);
        auto& facts = *facts_;
        if (listing) {
            (void)add_accounts("root|root|root\n" + accounts_, cluster, everything, listing->records, facts);
            for (auto& record : listing->records)
                site_.emplace(record.key, record);
        }
        facts.standard_node = { 8, 2, 64000, 8 };
        facts.config = parse_config(
            "ClusterName = sandbox\nAccountingStorageEnforce = associations,limits,qos,safe\n"
            "AccountingStorageTRES = cpu,mem,node,billing,gres/gpu\nPriorityType = priority/multifactor\n")
                           .value();
        facts.accumulated.emplace();
    }

    [[nodiscard]] Listing listing(int number) const
    {
        Listing all;
        for (const auto& row : rows_)
            if (number == 0 || !has(row.flags, 'd')) {
                all.allocations.push_back(row.allocation);
                if (number > 0 && has(row.flags, 'z'))
                    all.allocations.back().node_limit = 0;
            }
        for (const auto& row : members_)
            if (number == 0 || !has(row.flags, 'd'))
                all.associations.push_back(row.association);
        return all;
    }

    [[nodiscard]] Observation observation(const Interest& interest) const
    {
        Observation seen;
        for (const auto& [key, record] : site_)
            if (std::binary_search(interest.names.begin(), interest.names.end(), key.name))
                seen.records.push_back(record);
        seen.facts = facts_;
        return seen;
    }

    [[nodiscard]] SlurmTree tree() const
    {
        SlurmTree tree;
        tree.cluster = cluster;
        tree.users.emplace();
        for (const auto& [key, record] : site_) {
            if (key.kind == Kind::association) {
                auto& user = (*tree.users)[key.member];
                user.rows.emplace_back(key.name, key.part);
                if (user.default_account.empty())
                    user.default_account = key.name;
            } else if (const auto* parent = record.field(fields().parent); parent && parent->value.word())
                tree.parents.emplace(key.name, *parent->value.word());
        }
        return tree;
    }

    void round(int number, Instant now)
    {
        MembershipRules rules;
        rules.cluster = cluster;
        rules.portal = "brics";
        rules.protected_names = always_protected();
        std::map<Uuid, ResourceRow> resources;
        for (const auto& row : rows_)
            resources.emplace(row.resource.uuid, row.resource);
        auto judged = judge(listing(number), known_, resources, std::map<Name, Spent> {}, rules, now);
        known_ = judged.known;
        auto& snapshot = judged.snapshot;
        snapshot.owned = &owned_;
        const auto interest = slurm_interest(settings_, cluster, snapshot);
        const auto seen = observation(interest);
        const auto desired = slurm_desired(settings_, cluster, snapshot, seen);
        must(desired.has_value(), "something is desired");
        const auto difference = diff(seen.records, *desired, snapshot);
        auto now_tree = tree();
        (void)shown_commands(difference.changes, now_tree, programs_);
        Recorder recorder(fails_);
        const auto results = apply_changes(difference.changes, now_tree, programs_, recorder);
        must(results.size() == difference.changes.size(), "a result for each change");
        for (std::size_t i = 0; i < results.size(); ++i)
            if (results[i])
                carry_out(difference.changes[i]);
    }

    void carry_out(const Change& change)
    {
        settle(owned_, change);
        if (change.action == Action::remove) {
            site_.erase(change.key);
            return;
        }
        auto& record = site_[change.key];
        record.key = change.key;
        for (const auto& field : change.fields) {
            std::erase_if(record.fields, [&](const auto& one) { return one.field == field.field; });
            if (!field.after.unset())
                record.fields.push_back({ field.field, field.after });
        }
    }

    SlurmSettings settings_;
    const Programs programs_ { SlurmSettings {} };
    bool fails_ = false;
    std::vector<Row> rows_;
    std::vector<MemberRow> members_;
    std::string associations_;
    std::string accounts_;
    std::map<Key, Record> site_;
    std::shared_ptr<SlurmFacts> facts_ = std::make_shared<SlurmFacts>();
    Ownership owned_;
    Known known_;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    Site(text_of(data, size)).live();
    return 0;
}
