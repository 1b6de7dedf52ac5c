#include "slurm/batches.hpp"

#include "model/identifier.hpp"
#include "slurm/fields.hpp"
#include "slurm/load_file.hpp"

#include <algorithm>
#include <map>
#include <tuple>

namespace site {
namespace {

// Up to so many commands are run one by one: each costs about half a second, a load at least two.
constexpr std::size_t handful = 8;
// A command costs the same for 500 names as for one; an argument may have 128 kB.
constexpr std::size_t most_names = 500;
constexpr std::size_t most_bytes = 100'000;
// A load reads a file; each one renumbers the whole tree, so cutting it into pieces costs far more than it
// gives.
constexpr std::size_t most_loaded = 5000;
constexpr std::size_t most_load_bytes = 4'000'000;

using Indices = std::vector<std::size_t>;
using Words = std::vector<std::string>;

bool plain(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')
            || std::string_view("_-.,+:").find(c) != std::string_view::npos;
    });
}

Result<void> fit_value(const FieldChange& field)
{
    const auto bad = [&](std::string_view why) {
        return Error { Errc::invalid, cited(field.field.text()) + " " + std::string(why) };
    };
    const auto& names = fields();
    const bool free_text = field.field == names.description;
    if (field.field == names.parent) {
        if (field.after.word() == nullptr || !check_local_name(field.after.word()->text()))
            return bad("is not an account name");
        return {};
    }
    const bool known = free_text || field.field == names.organization || field.field == names.fairshare
        || field.field == names.qos || field.field == names.default_qos || field.field == names.grp_submit
        || field.field == names.grp_jobs || field.field == names.max_submit || !tres_of(field.field).empty();
    if (!known)
        return bad("is not a field of Slurm");
    const bool text = free_text || field.field == names.organization;
    if (field.after.unset())
        return text ? bad("can't be cleared") : Result<void> {};
    if (const auto number = field.after.number(); number && *number < 0)
        return bad("is negative");
    if (const auto* word = field.after.word()) {
        // What was there before may be anything, and is put back only in a form that Slurm keeps.
        const bool fits = text ? clean_text(word->text()) == word->text() : plain(word->text());
        if (!fits || word->empty())
            return bad("has a value that can't be given to sacctmgr");
    }
    return {};
}

/// Earlier means: must run before.
enum class Phase { close, add_accounts, add_users, update, remove_users, remove_accounts };

Phase phase_of(const Change& change)
{
    const bool account = change.key.kind == Kind::account;
    switch (change.action) {
    case Action::create:
        return account ? Phase::add_accounts : Phase::add_users;
    case Action::remove:
        return account ? Phase::remove_accounts : Phase::remove_users;
    case Action::update:
        break;
    }
    // A cap that goes away may be one that Slurm has begun to kill for.
    const bool clears_cap = std::any_of(change.fields.begin(), change.fields.end(),
        [](const auto& field) { return !tres_of(field.field).empty() && field.after.unset(); });
    return change.effect != Effect::gives || clears_cap ? Phase::close : Phase::update;
}

std::size_t size_of(const Change& change)
{
    std::size_t size = change.key.name.text().size() + change.key.member.text().size() + 64;
    for (const auto& field : change.fields)
        size += field.field.text().size() + field.after.text().size() + 8;
    return size;
}

/// Appends the step in pieces that keep the bounds on names and bytes.
void append(std::vector<SlurmStep>& out, SlurmStep step, std::span<const Change> changes)
{
    const bool loads = step.verb == SlurmVerb::load;
    const auto names = loads ? most_loaded : most_names;
    const auto most = loads ? most_load_bytes : most_bytes;
    const auto all = std::move(step.changes);
    step.changes.clear();
    std::size_t bytes = 0;
    for (const auto index : all) {
        const auto size = size_of(changes[index]);
        if (!step.changes.empty() && (step.changes.size() == names || bytes + size > most)) {
            out.push_back(step);
            step.changes.clear();
            bytes = 0;
        }
        step.changes.push_back(index);
        bytes += size;
    }
    if (!step.changes.empty())
        out.push_back(std::move(step));
}

std::string word(const Setting& setting)
{
    return setting.first + "=" + setting.second;
}

struct Split {
    Words loadable;
    Words others; ///< QOS and DefaultQOS
};

Split split_settings(const Change& change)
{
    Split out;
    for (const auto& setting : settings_of(change))
        (loadable(setting) ? out.loadable : out.others).push_back(word(setting));
    return out;
}

class Builder {
public:
    Builder(std::span<const Change> changes, const SlurmTree& tree) : changes_(changes), tree_(tree) { }

    std::vector<SlurmStep> run(std::span<const std::size_t> which)
    {
        std::map<Phase, Indices> phases;
        for (const auto index : which)
            phases[phase_of(changes_[index])].push_back(index);
        updates(phases[Phase::close]);
        creations(phases[Phase::add_accounts], phases[Phase::add_users]);
        updates(phases[Phase::update]);
        remove_users(phases[Phase::remove_users]);
        remove_accounts(phases[Phase::remove_accounts]);
        return std::move(out_);
    }

private:
    void add(SlurmStep step) { append(out_, std::move(step), changes_); }

    void updates(const Indices& which)
    {
        std::map<Words, Indices> same; // accounts by equal settings
        std::map<Words, Indices> qos;
        std::map<Name, Indices> moved;
        std::map<std::tuple<Words, Name, Name>, Indices> users;
        bool known = true; // where every account hangs, which a load must know
        for (const auto index : which) {
            const auto& change = changes_[index];
            auto [words, others] = split_settings(change);
            if (change.key.kind == Kind::association) {
                if (!words.empty())
                    users[{ words, change.key.name, change.key.part }].push_back(index);
                continue;
            }
            if (!words.empty()) {
                same[words].push_back(index);
                known = known && tree_.parents.contains(change.key.name);
            }
            if (!others.empty())
                qos[others].push_back(index);
            if (change.field(fields().parent) != nullptr)
                moved[parent_after(change, tree_.parents)].push_back(index);
        }
        // Moves come first, so that a load finds accounts under the parent it names.
        for (auto& [parent, indices] : moved)
            add({ SlurmVerb::modify_accounts, indices, { "parent=" + parent.text() } });
        if (same.size() > handful && known)
            load(same);
        else
            for (auto& [words, indices] : same)
                add({ SlurmVerb::modify_accounts, indices, words });
        for (auto& [words, indices] : qos)
            add({ SlurmVerb::modify_accounts, indices, words });
        if (users.size() > handful)
            load(users);
        else
            for (auto& [group, indices] : users)
                add({ SlurmVerb::modify_users, indices, std::get<0>(group), std::get<1>(group),
                    std::get<2>(group) });
    }

    template <class Groups> void load(const Groups& groups)
    {
        SlurmStep step { SlurmVerb::load };
        for (const auto& [group, indices] : groups)
            step.changes.insert(step.changes.end(), indices.begin(), indices.end());
        std::sort(step.changes.begin(), step.changes.end());
        add(std::move(step));
    }

    void creations(Indices accounts, const Indices& members)
    {
        parents_first(accounts);
        std::map<std::tuple<Name, Name, Words>, Indices> users;
        for (const auto index : members) {
            const auto& key = changes_[index].key;
            users[{ key.name, key.part, split_settings(changes_[index]).loadable }].push_back(index);
        }
        if (accounts.size() + users.size() > handful) {
            auto all = accounts;
            all.insert(all.end(), members.begin(), members.end());
            add({ SlurmVerb::load, std::move(all) });
            std::map<Words, Indices> qos;
            for (const auto index : accounts)
                if (auto others = split_settings(changes_[index]).others; !others.empty())
                    qos[others].push_back(index);
            for (auto& [words, indices] : qos)
                add({ SlurmVerb::modify_accounts, indices, words });
            return;
        }
        for (const auto index : accounts) {
            auto [words, others] = split_settings(changes_[index]);
            words.insert(words.end(), others.begin(), others.end());
            words.insert(words.begin(), "parent=" + parent_after(changes_[index], tree_.parents).text());
            add({ SlurmVerb::add_account, { index }, std::move(words) });
        }
        for (auto& [group, indices] : users)
            add({ SlurmVerb::add_users, indices, std::get<2>(group), std::get<0>(group),
                std::get<1>(group) });
    }

    /// Accounts that others of the list hang under come before them.
    void parents_first(Indices& accounts) const
    {
        std::map<Name, Name> above;
        for (const auto index : accounts)
            above.emplace(changes_[index].key.name, parent_after(changes_[index], tree_.parents));
        const auto depth = [&](std::size_t index) {
            std::size_t steps_up = 0;
            auto found = above.find(changes_[index].key.name);
            while (found != above.end() && steps_up <= above.size()) {
                found = above.find(found->second);
                ++steps_up;
            }
            return steps_up;
        };
        std::vector<std::pair<std::size_t, std::size_t>> order;
        for (const auto index : accounts)
            order.emplace_back(depth(index), index);
        std::stable_sort(
            order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
        for (std::size_t i = 0; i < accounts.size(); ++i)
            accounts[i] = order[i].second;
    }

    void remove_users(const Indices& which)
    {
        const auto plan = plan_removals(changes_, which, tree_.users ? &*tree_.users : nullptr);
        for (const auto& [target, indices] : plan.moves)
            add({ SlurmVerb::move_default, indices, { "DefaultAccount=" + target.text() }, target });
        for (const auto* wave : { &plan.first, &plan.last }) {
            // One account a command: for lists of accounts sacctmgr refuses to remove a default account
            // even of a user who loses all of them.
            std::map<std::pair<Name, Name>, Indices> groups;
            for (const auto index : *wave)
                groups[{ changes_[index].key.name, changes_[index].key.part }].push_back(index);
            for (auto& [group, indices] : groups)
                add({ SlurmVerb::delete_users, indices, {}, group.first, group.second });
        }
    }

    void remove_accounts(Indices which)
    {
        // Children before parents: removing a parent would take them along unseen.
        std::map<std::size_t, Indices, std::greater<>> by_depth;
        std::map<Name, bool> leaving;
        for (const auto index : which)
            leaving.emplace(changes_[index].key.name, true);
        for (const auto index : which) {
            std::size_t depth = 0;
            auto found = tree_.parents.find(changes_[index].key.name);
            while (found != tree_.parents.end() && leaving.contains(found->second) && depth < which.size()) {
                found = tree_.parents.find(found->second);
                ++depth;
            }
            by_depth[depth].push_back(index);
        }
        for (auto& [depth, indices] : by_depth)
            add({ SlurmVerb::delete_accounts, indices });
    }

    std::span<const Change> changes_;
    const SlurmTree& tree_;
    std::vector<SlurmStep> out_;
};

std::string names(const SlurmStep& step, std::span<const Change> changes, bool users)
{
    std::string out;
    Name last;
    for (const auto index : step.changes) {
        const auto name = users ? changes[index].key.member : changes[index].key.name;
        if (name == last) // one user of several partitions moves once
            continue;
        last = name;
        out += (out.empty() ? "name=" : ",") + name.text();
    }
    return out;
}

} // namespace

Result<void> fit(const Change& change, Name cluster)
{
    const auto& key = change.key;
    const bool association = key.kind == Kind::association;
    if (!association && key.kind != Kind::account)
        return Error { Errc::invalid, text(key) + " is not Slurm's" };
    if (key.cluster != cluster || cluster.empty())
        return Error { Errc::invalid, text(key) + " is not of cluster " + cited(cluster.text()) };
    if (const auto name = check_local_name(key.name.text()); !name)
        return Error { Errc::invalid, "account " + name.error().text };
    if (association) {
        if (const auto user = check_local_name(key.member.text()); !user)
            return Error { Errc::invalid, "user " + user.error().text };
        if (!plain(key.part.text()) || key.part.text().find(',') != std::string::npos)
            return Error { Errc::invalid, "partition " + cited(key.part.text()) + " is not a plain name" };
    }
    for (const auto& field : change.fields) {
        if (auto fits = fit_value(field); !fits)
            return fits;
        if ((field.field == fields().max_submit) != association)
            return Error { Errc::invalid, cited(field.field.text()) + " is not set on such a record" };
    }
    if (change.action == Action::create && !association && change.field(fields().parent) == nullptr)
        return Error { Errc::invalid, "a new account needs a parent" };
    return {};
}

bool removes_account(const Change& change)
{
    return change.action == Action::remove && change.key.kind == Kind::account;
}

std::vector<SlurmStep> steps(
    std::span<const Change> changes, std::span<const std::size_t> which, const SlurmTree& tree)
{
    return Builder(changes, tree).run(which);
}

Deed deed(SlurmVerb verb)
{
    switch (verb) {
    case SlurmVerb::modify_accounts:
    case SlurmVerb::modify_users:
    case SlurmVerb::move_default:
        return Deed::modify;
    case SlurmVerb::add_account:
    case SlurmVerb::add_users:
        return Deed::add;
    case SlurmVerb::load:
        return Deed::load;
    case SlurmVerb::delete_users:
    case SlurmVerb::delete_accounts:
        break;
    }
    return Deed::remove;
}

Command command(
    const SlurmStep& step, std::span<const Change> changes, const SlurmTree& tree, const Programs& programs)
{
    const auto cluster = "cluster=" + tree.cluster.text();
    const auto accounts = names(step, changes, false);
    const auto users = names(step, changes, true);
    // Given empty, partition= means the association for all partitions; left out, it means every one.
    const auto account = "account=" + step.account.text();
    const auto part = "partition=" + step.part.text();
    Words words;
    switch (step.verb) {
    case SlurmVerb::modify_accounts:
        words = { "modify", "account", "where", accounts, cluster, "set" };
        break;
    case SlurmVerb::modify_users:
        words = { "modify", "user", "where", users, account, cluster, part, "set" };
        break;
    case SlurmVerb::add_account:
        words = { "add", "account", accounts, cluster };
        break;
    case SlurmVerb::add_users:
        words = { "add", "user", users, account, cluster };
        if (!step.part.empty())
            words.push_back(part);
        break;
    case SlurmVerb::load: {
        auto loads = programs.changing({ "load", "file=/dev/stdin" });
        loads.input = load_text(tree.cluster, changes, step.changes, tree.parents);
        return loads;
    }
    case SlurmVerb::move_default:
        words = { "modify", "user", "where", users, cluster, "set" };
        break;
    case SlurmVerb::delete_users:
        words = { "delete", "user", "where", users, account, cluster, part };
        break;
    case SlurmVerb::delete_accounts:
        words = { "delete", "account", "where", accounts, cluster };
        break;
    }
    words.insert(words.end(), step.set.begin(), step.set.end());
    return programs.changing(std::move(words));
}

std::string shown(const Command& command)
{
    if (command.input.empty())
        return text(command);
    return text(command) + " <<'END'\n" + command.input + "END";
}

} // namespace site
