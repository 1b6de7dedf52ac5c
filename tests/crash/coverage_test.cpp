#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <vector>

namespace site {
namespace {

namespace fs = std::filesystem;

/// What makes something that a crash can cut in two, and how it looks in the source.
struct Deed {
    const char* what;
    const char* pattern;
    std::vector<const char*> hints; ///< one of them is in every line that the pattern could match
};

const std::vector<Deed> deeds {
    { "commit",
        R"(SQLite::Transaction\b|\bsqlite3_(exec|step|backup_\w+)\s*\(|SQLite::Backup|)"
        R"(\bexec\w*\s*\(\s*"\s*(BEGIN|COMMIT|END|SAVEPOINT|RELEASE|VACUUM))",
        { "Transaction", "sqlite3_", "Backup", "exec" } },
    { "process",
        R"((^|[^\w.>])(::)?(fork|vfork|posix_spawnp?|popen|system|execv\w*|execl\w*|fexecve)\s*\(|::clone3?\s*\()",
        { "fork", "clone", "spawn", "popen", "system", "exec" } },
    { "socket",
        R"(\basync_write\w*\s*\(|(^|[^\w.>])::(send|sendto|sendmsg|sendfile|writev)\s*\(|)"
        R"(\bwrite_some\s*\(|\basio::write\s*\()",
        { "write", "send" } },
};

/// Where such a thing may stand: how often, and which fault points are passed on its way. A reason where
/// there is none.
struct Place {
    std::string file;
    std::string deed;
    std::size_t times;
    std::set<std::string> points;
    std::string why_none = {};
};

// A new commit, process or request goes through one of these by construction: Database::commit, SystemRunner,
// HttpClient. One that can't must pass a fault point of its own, and stand here.
const std::vector<Place> places {
    { "agent/store/database.cpp", "commit", 2, { "committing", "commit" } }, // the other one is a read
    { "agent/store/backup.cpp", "commit", 1, { "restore", "restore aside" } },
    { "agent/store/schema.cpp", "commit", 1, { "migrating", "migrated" } },
    { "agent/system/child.cpp", "process", 2, { "starting", "started", "ended" } }, // fork and its execve
    { "agent/net/http_client.cpp", "socket", 1, { "sending", "sent", "answered" } },
    { "agent/net/connection.cpp", "socket", 1, {}, "CONNECT to a proxy: nothing is said to the portal" },
    { "agent/portal/json_text.cpp", "socket", 1, {}, "a parser's write_some" },
    { "agent/endpoint/http_server.cpp", "socket", 1, {}, "an answer to a reader, which changes nothing" },
    { "plugins/exec/json_line.cpp", "socket", 1, {}, "a parser's write_some" },
};

/// Points of no single deed: around the plugin's work, and between what the portal took and our noting it.
const std::set<std::string> other_points { "apply", "applied", "acknowledged", "store drafted",
    "store made" };

/// The source without comments.
std::string code_of(const fs::path& file)
{
    std::istringstream stream(read_file(file));
    std::string code;
    for (std::string line; std::getline(stream, line);)
        code += line.substr(0, line.find("//")) + "\n";
    return code;
}

/// In how many places the deed is done.
std::size_t count(const std::string& code, const Deed& deed)
{
    const std::regex wanted(deed.pattern);
    std::istringstream stream(code);
    std::ptrdiff_t found = 0;
    for (std::string line; std::getline(stream, line);)
        if (std::any_of(deed.hints.begin(), deed.hints.end(),
                [&](const char* hint) { return line.find(hint) != std::string::npos; }))
            found += std::distance(
                std::sregex_iterator(line.begin(), line.end(), wanted), std::sregex_iterator());
    return static_cast<std::size_t>(found);
}

bool passes(const std::string& code, const std::string& point)
{
    return code.find("fault_point(\"" + point + "\")") != std::string::npos;
}

std::map<std::string, std::string> sources()
{
    const fs::path root = SITE_SOURCE_FOLDER;
    std::map<std::string, std::string> found;
    for (const auto* room : { "agent", "plugins" })
        for (const auto& entry : fs::recursive_directory_iterator(root / room)) {
            const auto kind = entry.path().extension();
            if (entry.is_regular_file() && (kind == ".cpp" || kind == ".hpp"))
                found[fs::relative(entry.path(), root).string()] = code_of(entry.path());
        }
    return found;
}

TEST(FaultPoints, EveryCommitProcessStartAndRequestPassesOne)
{
    const auto all = sources();
    ASSERT_GT(all.size(), 150U);
    for (const auto& deed : deeds)
        for (const auto& [file, code] : all) {
            std::size_t allowed = 0;
            for (const auto& place : places)
                if (place.file == file && place.deed == deed.what)
                    allowed = place.times;
            EXPECT_EQ(count(code, deed), allowed)
                << file << ": a new " << deed.what << " must pass a fault point; then list it here";
        }
    for (const auto& place : places) {
        ASSERT_TRUE(all.contains(place.file)) << place.file;
        EXPECT_NE(place.points.empty(), place.why_none.empty()) << place.file;
        for (const auto& point : place.points)
            EXPECT_TRUE(passes(all.at(place.file), point)) << place.file << ": " << point;
    }
}

TEST(FaultPoints, AreAllListedAndEachNameStandsOnce)
{
    std::map<std::string, std::string> named;
    for (const auto& [file, code] : sources()) {
        const std::regex wanted("fault_point\\(\"([^\"]*)\"\\)");
        for (auto at = std::sregex_iterator(code.begin(), code.end(), wanted); at != std::sregex_iterator();
             ++at) {
            const std::string name = (*at)[1];
            EXPECT_TRUE(named.emplace(name, file).second)
                << name << " stands in " << file << " and in " << named[name];
            bool listed = other_points.contains(name);
            for (const auto& place : places)
                listed = listed || (place.file == file && place.points.contains(name));
            EXPECT_TRUE(listed) << file << ": " << name;
        }
    }
    EXPECT_GE(named.size(), 13U);
}

TEST(FaultPoints, AreFoundByThePatternsWhateverTheirForm)
{
    const auto matches = [](const std::string& code) {
        std::string what;
        for (const auto& deed : deeds)
            if (count(code, deed) > 0)
                what += deed.what;
        return what;
    };
    for (const auto* code : { "SQLite::Transaction one(sql);", "sql.exec(\"BEGIN IMMEDIATE\");",
             "sqlite3_exec(db, text, 0, 0, 0);", "SQLite::Backup backup(a, b);",
             "x.exec( \"VACUUM INTO ?\")" })
        EXPECT_EQ(matches(code), "commit") << code;
    for (const auto* code :
        { "const auto pid = ::fork();", "pid = fork ();", "::posix_spawn(&pid, a, 0, 0, b, c);",
            "popen(line, \"r\")", "  system(line);", "::execvp(a, b)" })
        EXPECT_EQ(matches(code), "process") << code;
    for (const auto* code : { "co_await http::async_write(stream, m, ec);", "::send(fd, a, b, 0);",
             "socket.write_some(buffer)", "boost::asio::write(socket, b);" })
        EXPECT_EQ(matches(code), "socket") << code;
    for (const auto* code :
        { "agent.send(Due::all)", "clock.system()", "file_system(x)", "run.system(x)", "reforked()" })
        EXPECT_EQ(matches(code), "") << code;
}

} // namespace
} // namespace site
