#include "storage_quota/directory_change.hpp"

#include "model/identifier.hpp"
#include "model/time.hpp"
#include "storage_quota/beneath.hpp"
#include "storage_quota/fields.hpp"
#include "storage_quota/project_ids.hpp"
#include "storage_quota/project_tree.hpp"

#include <cerrno>
#include <charconv>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace site {
namespace {

Error os_error(const std::string& doing, int number)
{
    return { Errc::internal, doing + ": " + std::generic_category().message(number) };
}

/// The day of the machine's clock, UTC.
std::string today()
{
    return text(day_of(std::chrono::time_point_cast<Seconds>(std::chrono::system_clock::now())));
}

Result<void> made(const DirectoryPlace& place, const Change& change)
{
    const auto& fields = storage_fields();
    const auto owner = id_after(change, fields.owner);
    const auto group = id_after(change, fields.group);
    const auto mode = mode_after(change);
    if (place.path.empty() || !owner || !group || !mode)
        return Error { Errc::internal, text(change.key) + ": a field is missing" };
    const auto id = id_after(change, fields.project_id);
    auto done = make_beneath(place.root, place.path, { *owner, *group, *mode }, [&](int directory) {
        return id ? set_project_id(directory, { *id, true }) : Result<void>();
    });
    if (done || done.error().code != Errc::conflict)
        return done;
    // A change is repeatable: one that is as it should be already is a success.
    const auto there = open_beneath(place.root, place.path);
    struct stat status { };
    if (!there || !*there || ::fstat((*there)->number(), &status) != 0 || status.st_uid != *owner
        || status.st_gid != *group || (status.st_mode & 07777) != *mode)
        return Error { Errc::refused, done.error().text + ", and was not made by the agent" };
    return {};
}

Result<void> given_id(const DirectoryPlace& place, int directory, std::uint32_t id)
{
    const auto step = give_project_id(directory, id, place.tree_step);
    if (!step)
        return step.error().in("giving project id " + std::to_string(id) + " to " + cited(place.path, 256));
    if (step->foreign > 0 && place.foreign)
        place.foreign(step->foreign);
    if (step->whole)
        return {};
    return Error { Errc::conflict,
        "project id " + std::to_string(id) + " was given to all of " + cited(place.path, 256) + " up to "
            + cited(step->position, 256) + "; it goes on in the next cycle" };
}

Result<void> updated(const DirectoryPlace& place, const Change& change)
{
    const auto& fields = storage_fields();
    const auto directory = open_beneath(place.root, place.path);
    if (!directory)
        return directory.error();
    if (!*directory)
        return Error { Errc::not_found, cited(place.path, 256) + " is not there" };
    const int fd = (*directory)->number();
    struct stat before { };
    if (::fstat(fd, &before) != 0)
        return os_error("looking at " + cited(place.path, 256), errno);
    const auto owner = id_after(change, fields.owner);
    const auto group = id_after(change, fields.group);
    const mode_t mode = mode_after(change).value_or(before.st_mode & 07777);
    if ((owner || group)
        && ::fchown(fd, owner.value_or(static_cast<uid_t>(-1)), group.value_or(static_cast<gid_t>(-1))) != 0)
        return os_error("giving " + cited(place.path, 256) + " to its owner", errno);
    if (::fchmod(fd, mode) != 0) // also after fchown(2), which clears the set-group-id bit
        return os_error("setting the mode of " + cited(place.path, 256), errno);
    const auto id = id_after(change, fields.project_id);
    return id ? given_id(place, fd, *id) : Result<void>();
}

} // namespace

std::optional<std::uint32_t> id_after(const Change& change, Name field)
{
    const auto* found = change.field(field);
    const auto value = found == nullptr ? std::nullopt : found->after.number();
    return value && *value >= 0 && *value < nobody ? std::optional(static_cast<std::uint32_t>(*value))
                                                   : std::nullopt;
}

std::optional<mode_t> mode_after(const Change& change)
{
    const auto* found = change.field(storage_fields().mode);
    const auto* word = found == nullptr ? nullptr : found->after.word();
    if (word == nullptr)
        return std::nullopt;
    mode_t mode = 0;
    const auto& text = word->text();
    const auto read = std::from_chars(text.data(), text.data() + text.size(), mode, 8);
    return read.ec == std::errc {} && mode <= 07777 ? std::optional(mode) : std::nullopt;
}

Result<void> change_directory(const DirectoryPlace& place, const Change& change)
{
    if (change.action == Action::create)
        return made(place, change);
    if (place.path.empty())
        return Error { Errc::internal, text(change.key) + ": it is not known where it lies" };
    if (change.action == Action::update)
        return updated(place, change);
    const auto moved = move_aside(place.root, place.path, today());
    if (!moved && moved.error().code != Errc::not_found)
        return moved.error();
    return {};
}

std::vector<std::string> directory_commands(
    const Change& change, const std::string& root, const std::string& path)
{
    const auto& fields = storage_fields();
    if (change.action == Action::remove)
        return { "mv " + path + " " + root + "/.retired/" };
    std::vector<std::string> out;
    if (change.action == Action::create)
        out.push_back("mkdir " + path);
    if (const auto owner = id_after(change, fields.owner))
        out.push_back("chown " + std::to_string(*owner) + " " + path);
    if (const auto group = id_after(change, fields.group))
        out.push_back("chgrp " + std::to_string(*group) + " " + path);
    if (const auto mode = mode_after(change))
        out.push_back("chmod " + mode_text(*mode) + " " + path);
    if (const auto id = id_after(change, fields.project_id))
        out.push_back("chattr +P -p " + std::to_string(*id) + " " + path + " # and all beneath it");
    return out;
}

} // namespace site
