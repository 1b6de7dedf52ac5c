#include "store/state_file.hpp"

#include "api/fd.hpp"
#include "system/fault.hpp"
#include "system/os_error.hpp"

#include <sqlite3.h>

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>

namespace site {
namespace {

std::string beside(const std::filesystem::path& file, std::string_view suffix)
{
    return file.string() + std::string(suffix);
}

void drop(const std::string& file)
{
    for (const auto* suffix : { "", "-wal", "-shm", "-journal" })
        ::unlink((file + suffix).c_str());
}

Result<void> sync(const std::string& path, int flags)
{
    const Fd opened { ::open(path.c_str(), flags | O_RDONLY | O_CLOEXEC) };
    if (!opened || ::fsync(opened.number()) != 0)
        return os_error("writing \"" + path + "\" to the disk", errno);
    return {};
}

} // namespace

Result<void> sync_file(const std::string& file)
{
    return sync(file, 0);
}

Result<void> sync_folder(const std::string& folder)
{
    return sync(folder, O_DIRECTORY);
}

std::string folder_of(const std::filesystem::path& file)
{
    return file.has_parent_path() ? file.parent_path().string() : ".";
}

Result<std::pair<std::uint64_t, std::uint64_t>> file_identity(const std::filesystem::path& file)
{
    struct stat found { };
    if (::lstat(file.c_str(), &found) != 0)
        return os_error("looking at it", errno);
    return std::pair<std::uint64_t, std::uint64_t> { found.st_dev, found.st_ino };
}

Error sql_error(const SQLite::Exception& exception)
{
    const std::string text = exception.what();
    switch (exception.getErrorCode() & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return { Errc::timed_out, "another process holds it: " + text };
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return { Errc::refused, text };
    case SQLITE_CORRUPT:
        return { Errc::internal,
            "the state file is damaged (" + text + "); it is left as it is, restore a backup" };
    case SQLITE_NOTADB:
        return { Errc::internal,
            "it is no SQLite database (" + text + "); it is left as it is, restore a backup" };
    default:
        return { Errc::internal, text };
    }
}

std::string state_file_text(const std::filesystem::path& file)
{
    return "the state file \"" + file.string() + "\"";
}

Result<void> check_state_file(const std::filesystem::path& file)
{
    struct stat found { };
    if (::lstat(file.c_str(), &found) != 0) {
        if (errno != ENOENT)
            return os_error("looking at it", errno);
        if (::lstat(beside(file, "-wal").c_str(), &found) == 0)
            return Error { Errc::internal,
                "it is missing although its log \"" + beside(file, "-wal")
                    + "\" is there; put it back, or move the log away to start anew" };
        return Error { Errc::not_found, "it does not exist" };
    }
    if (!S_ISREG(found.st_mode))
        return Error { Errc::refused, "it is not a regular file" };
    if (found.st_size == 0)
        return Error { Errc::internal,
            "it is empty, which no state file ever is; it is left as it is, restore a"
            " backup, or move it away to start anew" };
    return {};
}

Result<void> close_to_others(const std::filesystem::path& file)
{
    for (const auto* suffix : { "", "-wal", "-shm" }) {
        const auto path = beside(file, suffix);
        struct stat found { };
        if (::lstat(path.c_str(), &found) != 0)
            continue; // the two others come and go
        if ((found.st_mode & 077) != 0 && ::chmod(path.c_str(), 0600) != 0)
            return os_error("closing it to others", errno);
    }
    return {};
}

Result<void> prepare_state_folder(const std::filesystem::path& folder)
{
    if (::mkdir(folder.c_str(), 0700) == 0)
        return {};
    if (errno != EEXIST)
        return os_error("making the folder \"" + folder.string() + "\"", errno);
    struct stat found { };
    if (::stat(folder.c_str(), &found) != 0)
        return os_error("looking at the folder \"" + folder.string() + "\"", errno);
    if (!S_ISDIR(found.st_mode))
        return Error { Errc::refused, "\"" + folder.string() + "\" is not a folder" };
    if ((found.st_mode & 022) != 0)
        return Error { Errc::refused,
            "others may write to the folder \"" + folder.string() + "\"; it must be 0700" };
    return {};
}

Result<void> make_state_file(
    const std::filesystem::path& file, const std::function<void(SQLite::Database&)>& fill)
{
    const auto draft = beside(file, ".new-" + std::to_string(::getpid()));
    drop(draft); // of a process of the same number that was killed here
    {
        const Fd made { ::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600) };
        if (!made)
            return os_error("making \"" + draft + "\"", errno);
    }
    try {
        SQLite::Database sql(draft, SQLite::OPEN_READWRITE);
        fill(sql);
    } catch (const SQLite::Exception& exception) {
        drop(draft);
        return sql_error(exception);
    }
    auto done = sync(draft, 0);
    fault_point("store drafted");
    if (done && ::link(draft.c_str(), file.c_str()) != 0 && errno != EEXIST)
        done = os_error("giving it its name", errno);
    fault_point("store made");
    drop(draft);
    if (!done)
        return done;
    return sync(folder_of(file), O_DIRECTORY);
}

} // namespace site
