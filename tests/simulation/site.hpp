#pragma once

#include "api/plugin.hpp"
#include "support/fake_plugin.hpp"

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace site::simulation {

/// Who left what at the site, known without asking the agent's store.
struct Trace {
    struct Field {
        bool ours = false; ///< the agent wrote it last
        bool held = false; ///< a hold of the agent stands on it
        std::vector<Value> before {}; ///< what may come back when the hold is lifted
        bool touched = false; ///< somebody changed it while the agent held it
    };
    bool ours = false; ///< the agent made the record
    std::map<Name, Field> fields {};
};

/// A change that was carried out, with what stood there before.
struct Write {
    Change change;
    std::map<Name, Value> stood {};
    bool made_before = false; ///< the record was there
};

/// One backend's site, how ill it is, and what was done to it.
class Site {
public:
    explicit Site(std::string its_name) : name(std::move(its_name)) { }

    const std::string name;
    FakePlugin::Site fake;
    std::map<Key, Trace> traces;

    // illness
    std::optional<int> breaks_after; ///< an apply carries out so many changes and throws
    bool blind_once = false; ///< the next look after an apply fails
    bool loses_call = false; ///< an apply does not come back in time; it does its work later
    std::vector<Change> late; ///< what a lost call carries out after we gave up on it
    bool stuck = false; ///< calls do not return
    std::optional<int> dies_after; ///< an apply carries out so many changes and the agent is dead

    // since cleared
    std::vector<Write> writes;
    int applies = 0;

    // the oracle listens; on the worker's thread, while the agent waits
    std::function<void(Site&, std::span<const Change>)> on_apply;
    std::function<void(Site&, const Change&)> on_write;
    std::function<void()> died; ///< the agent is to be killed at its next seam
    std::multiset<std::string> licensed; ///< changes with an open intent, while an apply runs

    /// Carries out a change as the agent's.
    void perform(const Change&);
    /// Somebody changes the site by hand.
    void by_hand(const Key&, Name field, const Value&);
    void made_by_hand(const Key&, const std::map<Name, Value>&);
    void removed_by_hand(const Key&);

    [[nodiscard]] bool ill() const
    {
        return fake.unreadable || breaks_after || blind_once || loses_call || stuck || dies_after
            || !late.empty();
    }
    [[nodiscard]] bool has(const Key& key) const { return fake.records.contains(key); }
    [[nodiscard]] bool ours(const Key& key) const;
    [[nodiscard]] Value value(const Key&, Name field) const;
    /// A hold of the agent stands on the field and is in force.
    [[nodiscard]] bool held(const Key&, Name field) const;
    [[nodiscard]] bool has_children(const Key& account) const;
    void finish_late();

    // a call that does not return waits here
    void wait_while_stuck();
    void release();

private:
    std::mutex mutex_;
    std::condition_variable changed_;
};

Name gate();
Name block();

/// The real interface over a Site: what to do comes from FakePlugin, what is done is checked.
class SitePlugin : public Plugin {
public:
    SitePlugin(Name cluster, Site& site, std::function<void(const char*)> seam)
        : fake_(cluster, site.fake), site_(site), seam_(std::move(seam))
    {
    }

    [[nodiscard]] std::vector<Kind> kinds() const override { return fake_.kinds(); }
    [[nodiscard]] Interest interest(const Snapshot&) const override;
    Result<Observation> observed(const Interest&) override;
    [[nodiscard]] Result<Desired> desired(const Snapshot&, const Observation&) const override;
    [[nodiscard]] std::vector<std::string> commands(std::span<const Change>) const override { return {}; }
    std::vector<Result<void>> apply(std::span<const Change>) override;
    std::vector<Finding> check() override { return {}; }

private:
    Result<void> carry_out(const Change&);

    FakePlugin fake_;
    Site& site_;
    std::function<void(const char*)> seam_; ///< on the agent's thread; may throw: a kill
};

} // namespace site::simulation
