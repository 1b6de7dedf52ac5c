#include "slurm/apply.hpp"

#include "model/identifier.hpp"
#include "slurm/fields.hpp"
#include "slurm/listing.hpp"
#include "slurm/load_file.hpp"

#include <algorithm>
#include <set>
#include <unordered_map>

namespace site {
namespace {

// Bound on the commands that are run beyond the planned ones, to find the changes that fail.
constexpr int most_retries = 64;

using Indices = std::vector<std::size_t>;

class Application {
public:
    Application(std::span<const Change> changes, SlurmTree& tree, const Programs& programs, Runner& runner)
        : changes_(changes), tree_(tree), programs_(programs), runner_(runner), results_(changes.size())
    {
    }

    std::vector<Result<void>> run()
    {
        Indices most;
        Indices accounts;
        for (std::size_t i = 0; i < changes_.size(); ++i) {
            results_[i] = fit(changes_[i], tree_.cluster);
            if (!results_[i])
                continue;
            (removes_account(changes_[i]) ? accounts : most).push_back(i);
            if (changes_[i].action == Action::create && changes_[i].key.kind == Kind::account)
                new_accounts_.emplace(changes_[i].key.name, i);
        }
        if (read_users(most))
            for (const auto& step : steps(changes_, most, tree_))
                run_step(step);
        if (!accounts.empty() && !stopped_)
            remove_accounts(accounts);
        if (stopped_)
            for (const auto index : accounts)
                fail(index, *stopped_);
        return std::move(results_);
    }

private:
    void fail(std::size_t index, const Error& error)
    {
        if (results_[index])
            results_[index] = error.in(text(changes_[index].key));
    }

    void fail_all(const Indices& which, const Error& error)
    {
        for (const auto index : which)
            fail(index, error);
    }

    Result<std::string> listing()
    {
        return looked(runner_, programs_.reading("sacctmgr", association_arguments(tree_.cluster)),
            "listing associations before a removal");
    }

    /// A removal needs to know the users' default accounts, also when none was expected.
    bool read_users(const Indices& which)
    {
        const auto leaves = [&](std::size_t index) { return changes_[index].action == Action::remove; };
        if (tree_.users || std::none_of(which.begin(), which.end(), leaves))
            return true;
        Interest interest { {}, true };
        for (const auto index : which)
            interest.names.push_back(changes_[index].key.name);
        std::sort(interest.names.begin(), interest.names.end());
        auto users = [&]() -> Result<Users> {
            auto rows = listing();
            if (!rows)
                return rows.error();
            auto read = parse_listing(*rows, tree_.cluster, interest, {});
            if (!read)
                return read.error();
            const auto defaults = looked(runner_,
                programs_.reading("sacctmgr", default_arguments(tree_.cluster)), "listing default accounts");
            if (!defaults)
                return defaults.error();
            if (auto added = add_defaults(*defaults, read->users); !added)
                return added.error();
            return std::move(read->users);
        }();
        if (!users) {
            stop(which, users.error());
            return false;
        }
        tree_.users = std::move(*users);
        return true;
    }

    void remove_accounts(const Indices& accounts)
    {
        const auto rows = listing();
        const auto whole
            = rows ? parse_listing(*rows, tree_.cluster, {}, {}) : Result<SlurmListing>(rows.error());
        if (!whole)
            return fail_all(accounts, whole.error());
        const auto blocked = blocked_removals(changes_, accounts, *rows);
        Indices free;
        for (const auto index : accounts) {
            const auto found = blocked.find(index);
            if (found == blocked.end())
                free.push_back(index);
            else
                fail(index, { Errc::refused, "it can't be removed: " + found->second });
        }
        for (const auto& step : steps(changes_, free, tree_))
            run_step(step);
    }

    void stop(const Indices& which, const Error& error)
    {
        stopped_ = error;
        fail_all(which, error);
    }

    /// The changes of a step that can still be done.
    Indices open(const SlurmStep& step)
    {
        Indices out;
        for (const auto index : step.changes) {
            const auto& key = changes_[index].key;
            const auto above = new_accounts_.find(key.name);
            const bool adds = key.kind == Kind::association && changes_[index].action == Action::create;
            if (adds && above != new_accounts_.end() && !results_[above->second])
                fail(index, { Errc::conflict, "its account could not be made" });
            if (results_[index])
                out.push_back(index);
        }
        return out;
    }

    void run_step(SlurmStep step)
    {
        if (stopped_)
            return fail_all(step.changes, *stopped_);
        step.changes = open(step);
        if (step.changes.empty())
            return;
        const auto output = runner_.run(command(step, changes_, tree_, programs_));
        if (!output)
            return stop(step.changes, output.error());
        const auto verdict = judge(deed(step.verb), *output);
        switch (verdict.kind) {
        case Verdict::Kind::done:
            return remember(step);
        case Verdict::Kind::jobs_active:
            if (const auto named = named_by(verdict, step); !named.empty()) {
                fail_all(named, verdict.error);
                return retry(std::move(step));
            }
            break;
        case Verdict::Kind::default_account:
            if (auto named = named_by(verdict, step); !named.empty() && named.size() < step.changes.size())
                return part(std::move(step), std::move(named));
            break;
        case Verdict::Kind::failed:
            if (retryable(verdict.error.code))
                return stop(step.changes, verdict.error);
            break;
        }
        halve(step, verdict.error);
    }

    /// The changes of the step that sacctmgr named.
    Indices named_by(const Verdict& verdict, const SlurmStep& step)
    {
        std::set<std::pair<std::string_view, std::string_view>> pairs;
        std::set<std::string_view> accounts;
        for (const auto& one : verdict.named) {
            pairs.emplace(one.account, one.user);
            accounts.insert(one.account);
        }
        Indices out;
        for (const auto index : step.changes) {
            const auto& key = changes_[index].key;
            const bool named = key.kind == Kind::account
                ? accounts.contains(key.name.text())
                : pairs.contains({ key.name.text(), key.member.text() });
            if (named)
                out.push_back(index);
        }
        return out;
    }

    /// The others first, then the named ones by themselves: a list in which only some are defaults is
    /// refused, and one of defaults only may not be.
    void part(SlurmStep step, Indices named)
    {
        auto others = step;
        std::erase_if(others.changes,
            [&](std::size_t index) { return std::find(named.begin(), named.end(), index) != named.end(); });
        step.changes = std::move(named);
        retry(std::move(others));
        retry(std::move(step));
    }

    void retry(SlurmStep step)
    {
        if (retries_++ < most_retries)
            return run_step(std::move(step));
        fail_all(open(step), { Errc::conflict, "too many others failed beside it; it is tried again later" });
    }

    void halve(const SlurmStep& step, const Error& error)
    {
        if (step.changes.size() < 2 || retries_ >= most_retries)
            return fail_all(step.changes, error);
        const auto middle = step.changes.begin() + static_cast<std::ptrdiff_t>(step.changes.size() / 2);
        auto first = step;
        first.changes.assign(step.changes.begin(), middle);
        auto second = step;
        second.changes.assign(middle, step.changes.end());
        retry(std::move(first));
        retry(std::move(second));
    }

    void remember(const SlurmStep& step)
    {
        for (const auto index : step.changes) {
            const auto& change = changes_[index];
            if (change.key.kind == Kind::account) {
                if (change.action == Action::remove)
                    tree_.parents.erase(change.key.name);
                else if (const auto parent = parent_after(change, tree_.parents); !parent.empty())
                    tree_.parents[change.key.name] = parent;
            } else if (tree_.users) {
                remember_user(step, change);
            }
        }
    }

    void remember_user(const SlurmStep& step, const Change& change)
    {
        const auto row = std::pair(change.key.name, change.key.part);
        if (step.verb == SlurmVerb::move_default) {
            (*tree_.users)[change.key.member].default_account = step.account;
        } else if (change.action == Action::create) {
            auto& user = (*tree_.users)[change.key.member];
            user.rows.push_back(row);
            if (user.default_account.empty())
                user.default_account = change.key.name;
        } else if (change.action == Action::remove) {
            std::erase((*tree_.users)[change.key.member].rows, row);
        }
    }

    std::span<const Change> changes_;
    SlurmTree& tree_;
    const Programs& programs_;
    Runner& runner_;
    std::vector<Result<void>> results_;
    std::unordered_map<Name, std::size_t> new_accounts_;
    std::optional<Error> stopped_;
    int retries_ = 0;
};

} // namespace

std::vector<std::string> shown_commands(
    std::span<const Change> changes, const SlurmTree& tree, const Programs& programs)
{
    Indices which;
    for (std::size_t i = 0; i < changes.size(); ++i)
        if (fit(changes[i], tree.cluster))
            which.push_back(i);
    std::vector<std::string> out;
    for (const auto& step : steps(changes, which, tree))
        out.push_back(shown(command(step, changes, tree, programs)));
    return out;
}

std::vector<Result<void>> apply_changes(
    std::span<const Change> changes, SlurmTree& tree, const Programs& programs, Runner& runner)
{
    return Application(changes, tree, programs, runner).run();
}

} // namespace site
