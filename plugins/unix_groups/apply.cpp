#include "unix_groups/apply.hpp"

#include "model/identifier.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <sys/stat.h>
#include <system_error>
#include <unordered_map>

namespace site {
namespace {

using namespace std::chrono_literals;
using Indices = std::vector<std::size_t>;

// The tool itself waits for a lock for 15 s. One that is held in earnest is held for milliseconds, so two
// more tries are enough to outlast a crowd; a lock that nobody holds stays whatever we do.
constexpr std::array pauses { 500ms, 2000ms };
// Unknown users taken out of one command, a try each; the rest is served in the next cycle, without them.
constexpr int most_unknown = 64;
constexpr std::size_t most_named = 5;

bool makes_users(std::span<const Change> changes)
{
    return std::any_of(
        changes.begin(), changes.end(), [](const auto& c) { return c.key.kind == Kind::user; });
}

class Application {
public:
    Application(std::span<const Change> changes, const UnixTree& tree, const UnixTools& tools, Runner& runner,
        UnixMemory& memory, const Wait& wait)
        : changes_(changes), tree_(tree), tools_(tools), runner_(runner), memory_(memory), wait_(wait)
    {
    }

    std::vector<Result<void>> run()
    {
        auto files = tree_.read(makes_users(changes_) ? WithShadow::yes : WithShadow::no);
        if (!files)
            return std::vector<Result<void>>(changes_.size(), files.error());
        files_ = std::move(*files);
        auto work = unix_work(changes_, files_, tools_, memory_.unknown, today());
        results_ = std::move(work.results);
        note_makers();
        for (const auto& step : work.steps)
            run_step(step);
        if (changed_)
            forget();
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

    void note_makers()
    {
        for (std::size_t i = 0; i < changes_.size(); ++i) {
            const auto& change = changes_[i];
            if (change.action != Action::create)
                continue;
            if (change.key.kind == Kind::group)
                groups_.emplace(change.key.name, i);
            if (change.key.kind == Kind::user)
                users_.emplace(change.key.member, i);
        }
    }

    bool was_not_made(const std::unordered_map<Name, std::size_t>& makers, Name name) const
    {
        const auto maker = makers.find(name);
        return maker != makers.end() && !results_[maker->second];
    }

    void run_step(const UnixStep& step)
    {
        switch (step.deed) {
        case UnixDeed::replace:
            return replace(step);
        case UnixDeed::add_members:
            return add_members(step);
        case UnixDeed::add_user:
            if (auto free = home_is_free(step.changes.front()); !free)
                return fail_all(step.changes, free.error());
            break;
        case UnixDeed::remove_group:
            if (auto empty = is_empty(step.group); !empty)
                return fail_all(step.changes, empty.error());
            break;
        default:
            break;
        }
        carry_out(step);
    }

    /// The list may have changed since it was read, so it is read again just before it is replaced.
    void replace(const UnixStep& planned)
    {
        if (const auto hindered = hindrance(planned.command))
            return fail_all(planned.changes, *hindered);
        if (auto read = read_groups(); !read)
            return fail_all(planned.changes, read.error());
        const auto steps = taking_out(changes_, planned.changes, files_, tools_);
        for (const auto& step : steps) {
            if (step.deed != UnixDeed::replace) {
                carry_out(step);
                continue;
            }
            // gpasswd -M refuses a list with somebody who is no user any more, be he there for years.
            if (const auto answer = ask(step); answer.kind == Answer::Kind::failed && !stopped_)
                for (const auto& single : taking_out_singly(changes_, step.changes, tools_))
                    carry_out(single);
            else
                take_answer(step, answer);
        }
    }

    void add_members(UnixStep step)
    {
        const auto group = step.group;
        std::erase_if(step.changes, [&](std::size_t index) {
            if (was_not_made(groups_, group))
                fail(index, { Errc::conflict, "its group could not be made" });
            else if (was_not_made(users_, changes_[index].key.member))
                fail(index, { Errc::conflict, "the user could not be made" });
            return !results_[index];
        });
        for (int left = most_unknown; !step.changes.empty(); --left) {
            step = adding(changes_, group, std::move(step.changes), tools_);
            const auto answer = ask(step);
            const auto named
                = answer.kind == Answer::Kind::unknown_user ? index_of(step, answer.named) : nobody_at;
            if (named == nobody_at) {
                if (answer.kind == Answer::Kind::done)
                    for (const auto index : step.changes)
                        memory_.unknown.erase(changes_[index].key.member);
                return take_answer(step, answer);
            }
            fail(named, answer.error);
            memory_.unknown.insert(changes_[named].key.member);
            std::erase(step.changes, named);
            if (left == 0)
                return fail_all(step.changes,
                    { Errc::conflict,
                        "too many beside him are unknown; he is tried again later, without them" });
        }
    }

    std::size_t index_of(const UnixStep& step, std::string_view user) const
    {
        for (const auto index : step.changes)
            if (changes_[index].key.member.text() == user)
                return index;
        return nobody_at;
    }

    Result<void> read_groups()
    {
        auto groups = tree_.groups();
        if (!groups)
            return groups.error();
        files_.groups = std::move(*groups);
        return {};
    }

    /// A group is removed only with nobody in it: who is in there now was put there by somebody else.
    Result<void> is_empty(Name group)
    {
        if (auto read = read_groups(); !read)
            return read;
        const auto there = files_.groups.find(group.text());
        if (there == files_.groups.end())
            return {};
        const auto members = member_list(there->second.members);
        if (members.empty())
            return {};
        std::string names;
        for (std::size_t i = 0; i < std::min(members.size(), most_named); ++i)
            names += (i == 0 ? "" : ", ") + cited(members[i]);
        if (members.size() > most_named)
            names += " and " + std::to_string(members.size() - most_named) + " more";
        return Error { Errc::refused, "it still has members: " + names };
    }

    /// useradd would take over a home that is there, with all that is in it.
    Result<void> home_is_free(std::size_t index)
    {
        if (!tools_.own_home())
            return {};
        const auto& change = changes_[index];
        const auto home = tree_.path(tools_.home(change.key.member));
        struct stat status { };
        if (::lstat(home.c_str(), &status) != 0) {
            if (errno == ENOENT)
                return {};
            return Error { Errc::internal,
                "looking for the home " + cited(home, 256) + ": " + std::generic_category().message(errno) };
        }
        const auto* uid = change.field(Name { "uid" });
        if (uid != nullptr && uid->after.number() == std::int64_t { status.st_uid })
            return {};
        return Error { Errc::refused,
            "the home " + cited(home, 256) + " is there already and belongs to user id "
                + std::to_string(status.st_uid) };
    }

    std::optional<Error> hindrance(const Command& command) const
    {
        if (stopped_)
            return stopped_;
        for (const auto& [file, error] : locked_)
            if (locks(command, file))
                return Error { error.code, "not tried, for " + error.text };
        return std::nullopt;
    }

    /// Runs it, a few times where a file is locked.
    Answer ask(const UnixStep& step)
    {
        if (const auto hindered = hindrance(step.command))
            return { Answer::Kind::failed, {}, *hindered };
        for (std::size_t tries = 1;; ++tries) {
            const auto output = runner_.run(step.command);
            if (!output) {
                if (retryable(output.error().code))
                    stopped_ = output.error();
                return { Answer::Kind::failed, {}, output.error() };
            }
            auto answer = judged(step.command, *output);
            if (answer.kind == Answer::Kind::read_only)
                locked_.emplace(answer.named, answer.error);
            if (answer.kind != Answer::Kind::locked)
                return answer;
            if (tries <= pauses.size()) {
                wait_(pauses[tries - 1]);
                continue;
            }
            const auto file = tree_.path("/etc/" + answer.named);
            answer.error.text = file + " could not be locked in " + std::to_string(tries) + " tries ("
                + answer.error.text + "); see whether " + file + ".lock is left over";
            locked_.emplace(answer.named, answer.error);
            return answer;
        }
    }

    void take_answer(const UnixStep& step, const Answer& answer)
    {
        if (answer.kind == Answer::Kind::done)
            changed_ = true;
        else if (answer.kind != Answer::Kind::already)
            fail_all(step.changes, answer.error);
    }

    void carry_out(const UnixStep& step) { take_answer(step, ask(step)); }

    void forget()
    {
        memory_.cache_trouble.clear();
        for (const auto& command : tools_.forget()) {
            const auto output = runner_.run(command);
            const auto why = !output ? output.error().text
                : output->exit.ok()  ? std::string()
                                     : judged(command, *output).error.text;
            if (!why.empty() && memory_.cache_trouble.empty())
                memory_.cache_trouble = text(command) + ": " + why;
        }
    }

    static constexpr auto nobody_at = static_cast<std::size_t>(-1);

    std::span<const Change> changes_;
    const UnixTree& tree_;
    const UnixTools& tools_;
    Runner& runner_;
    UnixMemory& memory_;
    const Wait& wait_;
    AccountFiles files_;
    std::vector<Result<void>> results_;
    std::unordered_map<Name, std::size_t> groups_;
    std::unordered_map<Name, std::size_t> users_;
    std::map<std::string, Error> locked_; ///< or read-only, by the file's name in /etc
    std::optional<Error> stopped_;
    bool changed_ = false;
};

} // namespace

std::int64_t today()
{
    return std::chrono::floor<std::chrono::duration<std::int64_t, std::ratio<86400>>>(
        std::chrono::system_clock::now().time_since_epoch())
        .count();
}

std::vector<Result<void>> apply_unix(std::span<const Change> changes, const UnixTree& tree,
    const UnixTools& tools, Runner& runner, UnixMemory& memory, const Wait& wait)
{
    return Application(changes, tree, tools, runner, memory, wait).run();
}

} // namespace site
