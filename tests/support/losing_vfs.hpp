#pragma once

#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace site {

/// SQLite's file system for a test, default while the object lives: passes everything on to the real one, and
/// knows what of it was synced. So it can say what a power cut would leave: all that was synced, and of the
/// rest any part, in sectors of 512 bytes. One at a time, one thread.
class LosingVfs {
public:
    enum class Deed : std::uint8_t { write, truncate, sync, remove };
    /// Asked before each such deed on a file; SQLITE_OK lets it happen, another code is its answer.
    using Judge = std::function<int(Deed, const std::string& file, std::int64_t offset, std::size_t size)>;

    explicit LosingVfs(Judge judge = {});
    ~LosingVfs();
    LosingVfs(const LosingVfs&) = delete;
    LosingVfs& operator=(const LosingVfs&) = delete;

    /// Power goes before this deed, counted from 1: it and all that follow fail with an I/O error.
    void cut_before(std::size_t deed) { cut_ = deed; }
    [[nodiscard]] bool was_cut() const { return cut_ > 0 && deeds_ >= cut_; }
    /// A disk that says it has synced and has not.
    void lie_about_syncs() { lies_ = true; }

    /// Writes what the cut left into an empty folder, under the same names. Without a cut: what one now
    /// would.
    void leave(const std::filesystem::path& folder, std::mt19937_64& random) const;

private:
    friend struct LosingFile;

    struct Pending {
        std::int64_t offset = 0;
        std::optional<std::string> bytes; ///< none: cut to `offset`
    };
    struct Disk {
        std::string synced;
        bool exists = false; ///< for sure
        std::vector<Pending> pending;
        bool removed = false; ///< and the folder was not synced since
    };

    int judge(Deed, const std::string& file, std::int64_t offset, std::size_t size);
    Disk& disk(const std::string& file);
    static void apply(std::string& content, const Pending&);
    static void apply_torn(std::string& content, const Pending&, std::mt19937_64&);

    static int open(sqlite3_vfs*, const char*, sqlite3_file*, int, int*);
    static int remove(sqlite3_vfs*, const char*, int);

    Judge judge_;
    sqlite3_vfs* inner_ = nullptr;
    sqlite3_vfs vfs_ {};
    std::map<std::string, Disk> disks_;
    std::size_t deeds_ = 0;
    std::size_t cut_ = 0;
    bool lies_ = false;
};

} // namespace site
