#include "support/losing_vfs.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>

namespace site {

constexpr std::size_t sector = 512;

/// What SQLite has in its hand: ours in front, the real one behind.
struct LosingFile {
    sqlite3_file base;
    LosingVfs* vfs;
    std::string* name; ///< of the file, owned; null for temporary ones
    sqlite3_file* inner;

    static LosingFile& of(sqlite3_file* file) { return *reinterpret_cast<LosingFile*>(file); }
    static const sqlite3_io_methods& real(sqlite3_file* file) { return *of(file).inner->pMethods; }

    static int close(sqlite3_file* file)
    {
        auto& mine = of(file);
        const int said = real(file).xClose(mine.inner);
        delete mine.name;
        mine.name = nullptr;
        return said;
    }
    static int read(sqlite3_file* file, void* into, int size, sqlite3_int64 offset)
    {
        return real(file).xRead(of(file).inner, into, size, offset);
    }
    static int write(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset)
    {
        auto& mine = of(file);
        const auto length = static_cast<std::size_t>(size);
        if (mine.name) {
            if (const int no = mine.vfs->judge(LosingVfs::Deed::write, *mine.name, offset, length))
                return no;
            mine.vfs->disk(*mine.name)
                .pending.push_back({ offset, std::string(static_cast<const char*>(from), length) });
        }
        return real(file).xWrite(mine.inner, from, size, offset);
    }
    static int truncate(sqlite3_file* file, sqlite3_int64 size)
    {
        auto& mine = of(file);
        if (mine.name) {
            if (const int no = mine.vfs->judge(LosingVfs::Deed::truncate, *mine.name, size, 0))
                return no;
            mine.vfs->disk(*mine.name).pending.push_back({ size, std::nullopt });
        }
        return real(file).xTruncate(mine.inner, size);
    }
    static int sync(sqlite3_file* file, int flags)
    {
        auto& mine = of(file);
        if (mine.name) {
            if (const int no = mine.vfs->judge(LosingVfs::Deed::sync, *mine.name, 0, 0))
                return no;
            auto& disk = mine.vfs->disk(*mine.name);
            if (!mine.vfs->lies_) {
                for (const auto& pending : disk.pending)
                    LosingVfs::apply(disk.synced, pending);
                disk.pending.clear();
                disk.exists = true;
            }
        }
        return real(file).xSync(mine.inner, flags);
    }
    static int size(sqlite3_file* file, sqlite3_int64* size)
    {
        return real(file).xFileSize(of(file).inner, size);
    }
    static int lock(sqlite3_file* file, int level) { return real(file).xLock(of(file).inner, level); }
    static int unlock(sqlite3_file* file, int level) { return real(file).xUnlock(of(file).inner, level); }
    static int reserved(sqlite3_file* file, int* out)
    {
        return real(file).xCheckReservedLock(of(file).inner, out);
    }
    static int control(sqlite3_file* file, int what, void* with)
    {
        return real(file).xFileControl(of(file).inner, what, with);
    }
    static int sector_size(sqlite3_file* file) { return real(file).xSectorSize(of(file).inner); }
    static int characteristics(sqlite3_file* file)
    {
        return real(file).xDeviceCharacteristics(of(file).inner);
    }
    static int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** out)
    {
        return real(file).xShmMap(of(file).inner, page, size, extend, out);
    }
    static int shm_lock(sqlite3_file* file, int offset, int n, int flags)
    {
        return real(file).xShmLock(of(file).inner, offset, n, flags);
    }
    static void shm_barrier(sqlite3_file* file) { real(file).xShmBarrier(of(file).inner); }
    static int shm_unmap(sqlite3_file* file, int remove)
    {
        return real(file).xShmUnmap(of(file).inner, remove);
    }
};

namespace {

// Version 2: without mapping the file into memory, so that no write passes us by.
const sqlite3_io_methods methods { 2, &LosingFile::close, &LosingFile::read, &LosingFile::write,
    &LosingFile::truncate, &LosingFile::sync, &LosingFile::size, &LosingFile::lock, &LosingFile::unlock,
    &LosingFile::reserved, &LosingFile::control, &LosingFile::sector_size, &LosingFile::characteristics,
    &LosingFile::shm_map, &LosingFile::shm_lock, &LosingFile::shm_barrier, &LosingFile::shm_unmap, nullptr,
    nullptr };

LosingVfs& self(sqlite3_vfs* vfs)
{
    return *static_cast<LosingVfs*>(vfs->pAppData);
}

bool chance(std::mt19937_64& random)
{
    return std::bernoulli_distribution(0.5)(random);
}

} // namespace

LosingVfs::LosingVfs(Judge judge) : judge_(std::move(judge)), inner_(sqlite3_vfs_find(nullptr))
{
    vfs_ = *inner_; // what is not ours is the real one's, which keeps its own data there
    vfs_.pNext = nullptr;
    vfs_.zName = "losing";
    vfs_.pAppData = this;
    const auto head = (sizeof(LosingFile) + 15) / 16 * 16;
    vfs_.szOsFile = static_cast<int>(head) + inner_->szOsFile;
    vfs_.xOpen = &LosingVfs::open;
    vfs_.xDelete = &LosingVfs::remove;
    vfs_.xAccess = [](sqlite3_vfs* vfs, const char* file, int flags, int* out) {
        return self(vfs).inner_->xAccess(self(vfs).inner_, file, flags, out);
    };
    vfs_.xFullPathname = [](sqlite3_vfs* vfs, const char* file, int size, char* out) {
        return self(vfs).inner_->xFullPathname(self(vfs).inner_, file, size, out);
    };
    sqlite3_vfs_register(&vfs_, 1);
}

LosingVfs::~LosingVfs()
{
    sqlite3_vfs_unregister(&vfs_);
    sqlite3_vfs_register(inner_, 1);
}

int LosingVfs::judge(Deed deed, const std::string& file, std::int64_t offset, std::size_t size)
{
    if (was_cut())
        return SQLITE_IOERR;
    ++deeds_;
    if (was_cut())
        return SQLITE_IOERR;
    return judge_ ? judge_(deed, file, offset, size) : SQLITE_OK;
}

/// What a file has that was there before us is on the disk.
LosingVfs::Disk& LosingVfs::disk(const std::string& file)
{
    return disks_[file];
}

int LosingVfs::open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out)
{
    auto& me = self(vfs);
    auto& mine = LosingFile::of(file);
    mine.base.pMethods = nullptr;
    mine.vfs = &me;
    mine.name = nullptr;
    mine.inner = reinterpret_cast<sqlite3_file*>(
        reinterpret_cast<char*>(file) + (sizeof(LosingFile) + 15) / 16 * 16);
    const bool known = name && me.disks_.contains(name);
    const bool there = name && std::filesystem::exists(name);
    const int said = me.inner_->xOpen(me.inner_, name, mine.inner, flags, out);
    if (said != SQLITE_OK)
        return said;
    if (name && (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0) {
        mine.name = new std::string(name);
        auto& disk = me.disk(name);
        disk.removed = false;
        if (!known && there) {
            std::ifstream stream(name, std::ios::binary);
            disk.synced.assign(std::istreambuf_iterator<char>(stream), {});
            disk.exists = true;
        }
    }
    mine.base.pMethods = &methods;
    return SQLITE_OK;
}

int LosingVfs::remove(sqlite3_vfs* vfs, const char* name, int sync_folder)
{
    auto& me = self(vfs);
    if (const int no = me.judge(Deed::remove, name, 0, 0))
        return no;
    if (const auto found = me.disks_.find(name); found != me.disks_.end()) {
        if (sync_folder != 0)
            me.disks_.erase(found);
        else
            found->second.removed = true;
    }
    return me.inner_->xDelete(me.inner_, name, sync_folder);
}

void LosingVfs::apply(std::string& content, const Pending& pending)
{
    const auto offset = static_cast<std::size_t>(pending.offset);
    if (!pending.bytes) {
        content.resize(offset);
        return;
    }
    if (content.size() < offset + pending.bytes->size())
        content.resize(offset + pending.bytes->size());
    content.replace(offset, pending.bytes->size(), *pending.bytes);
}

void LosingVfs::apply_torn(std::string& content, const Pending& pending, std::mt19937_64& random)
{
    if (!pending.bytes) {
        if (chance(random))
            apply(content, pending);
        return;
    }
    if (chance(random)) { // as one, or not at all
        if (chance(random))
            apply(content, pending);
        return;
    }
    for (std::size_t at = 0; at < pending.bytes->size(); at += sector)
        if (chance(random))
            apply(content,
                { pending.offset + static_cast<std::int64_t>(at), pending.bytes->substr(at, sector) });
}

void LosingVfs::leave(const std::filesystem::path& folder, std::mt19937_64& random) const
{
    for (const auto& [file, disk] : disks_) {
        if (disk.removed && chance(random))
            continue;
        if (!disk.exists && chance(random)) // a name that was never synced
            continue;
        auto content = disk.synced;
        for (const auto& pending : disk.pending)
            apply_torn(content, pending, random);
        std::ofstream(folder / std::filesystem::path(file).filename(), std::ios::binary) << content;
    }
}

} // namespace site
