#pragma once

#include "api/plugin.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace site {

/// Where things of a project or a person lie on a volume, and under which keys. Pure.
class VolumePlaces {
public:
    /// The settings outlive it.
    VolumePlaces(const VolumeSettings&, Name cluster);

    /// Whether the directories of people are one for each project, by their template.
    [[nodiscard]] bool people_by_project() const { return people_by_project_; }

    [[nodiscard]] Key project_directory(Name group) const { return key(Kind::directory, group, {}); }
    [[nodiscard]] Key project_quota(Name group) const { return key(Kind::quota, group, {}); }
    [[nodiscard]] Key person_directory(Name group, Name user) const
    {
        return key(Kind::directory, people_by_project_ ? group : Name {}, user);
    }
    [[nodiscard]] Key person_quota(Name user) const { return key(Kind::quota, {}, user); }
    [[nodiscard]] Key volume_quota() const { return key(Kind::quota, {}, {}); }

    /// A template with its placeholders filled in, below the root. An Error: a value does not fit a path.
    [[nodiscard]] Result<std::string> path(
        const std::string& pattern, const Allocation&, const Member* = nullptr) const;

    /// Every directory and quota that the snapshot asks for or that is ours, by what is known of it before it
    /// is looked at.
    [[nodiscard]] Interest interest(const Snapshot&) const;

private:
    [[nodiscard]] Key key(Kind kind, Name name, Name member) const
    {
        return { kind, cluster_, name, member, volume_ };
    }

    const VolumeSettings& settings_;
    const Name cluster_;
    const Name volume_;
    const bool people_by_project_;
};

/// Of what the store says is ours: null where it isn't.
const Owned* owned_record(const Snapshot&, const Key&);
std::optional<std::int64_t> owned_number(const Snapshot&, const Key&, Name field);
const Name* owned_word(const Snapshot&, const Key&, Name field);

} // namespace site
