#include "config/config.hpp"
#include "config/cross_check.hpp"
#include "config/reader.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <system_error>
#include <tuple>

namespace site {
namespace {

constexpr std::size_t most_bytes = 1UL << 20; // a file of every setting has some 10 KiB

detail::Reading read_all(const std::string& yaml, const std::filesystem::path& named)
{
    detail::Reading reading;
    reading.file = named;
    reading.config.file = named;
    if (yaml.size() > most_bytes) {
        reading.problem({}, "", "is larger than 1 MiB, allowed is at most that");
        return reading;
    }
    const auto tree = detail::parse_yaml(yaml);
    for (const auto& [place, why] : tree.problems)
        reading.problem(place, "", why);
    if (tree.whole || tree.problems.empty()) {
        detail::read_document(tree.root, reading);
        detail::cross_check(reading);
        for (auto& cluster : reading.config.clusters) {
            for (auto& volume : cluster.storage)
                volume.read_every = reading.config.storage_interval;
            cluster.usage.extra_tres = extra_tres(cluster.usage);
            if (cluster.slurm)
                cluster.slurm->extra_tres = cluster.usage.extra_tres;
        }
    }
    std::stable_sort(
        reading.problems.begin(), reading.problems.end(), [](const Problem& a, const Problem& b) {
            return std::tie(a.line, a.column) < std::tie(b.line, b.column);
        });
    return reading;
}

/// Nothing that a library throws leaves this room.
detail::Reading read_safely(const std::string& yaml, const std::filesystem::path& named)
{
    try {
        return read_all(yaml, named);
    } catch (const std::exception&) { // its text might repeat a piece of the file
        detail::Reading reading;
        reading.file = named;
        reading.problem({}, "", "can't be read: out of memory, or a bug of the reader");
        return reading;
    }
}

class Descriptor {
public:
    explicit Descriptor(int fd) : fd_(fd) { }
    ~Descriptor()
    {
        if (fd_ >= 0)
            ::close(fd_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int get() const { return fd_; }

private:
    int fd_;
};

std::string system_error()
{
    return "can't be read: " + std::generic_category().message(errno);
}

struct FileText {
    std::string yaml;
    std::string problem; ///< empty: none
    bool read = false; ///< `yaml` is all of it, or more than the bound
};

FileText read_file(const std::filesystem::path& path)
{
    // Not blocking: a pipe in the file's place must be refused, not waited for.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    struct stat status { };
    if (file.get() < 0 || ::fstat(file.get(), &status) != 0)
        return { "", system_error(), false };
    if (!S_ISREG(status.st_mode))
        return { "", "can't be read: it is not a regular file", false };
    FileText out;
    if ((status.st_mode & S_IWOTH) != 0)
        out.problem = "can be written by everybody, allowed is a file that only root writes (chmod o-w)";
    out.yaml.resize(most_bytes + 1);
    std::size_t length = 0;
    while (length < out.yaml.size()) {
        const auto got = ::read(file.get(), out.yaml.data() + length, out.yaml.size() - length);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return { "", system_error(), false };
        if (got == 0)
            break;
        length += static_cast<std::size_t>(got);
    }
    out.yaml.resize(length);
    out.read = true;
    return out;
}

} // namespace

Loaded load_config(const std::filesystem::path& path)
{
    auto file = read_file(path);
    Loaded loaded;
    if (file.read)
        loaded = parse_config(file.yaml, path);
    loaded.config.file = path;
    if (!file.problem.empty())
        loaded.problems.insert(loaded.problems.begin(), Problem { path, 0, 0, "", file.problem });
    return loaded;
}

Loaded parse_config(const std::string& yaml, const std::filesystem::path& named)
{
    auto reading = read_safely(yaml, named);
    return { std::move(reading.config), std::move(reading.problems) };
}

std::vector<EffectiveSetting> effective(const std::string& yaml, const std::filesystem::path& named)
{
    return read_safely(yaml, named).settings;
}

const std::vector<KeyDoc>& documented_keys()
{
    static const std::vector<KeyDoc> docs = [] {
        std::vector<KeyDoc> made;
        for (const auto& key : detail::key_table()) {
            const bool required = key.fallback.kind == detail::Fallback::Kind::required;
            made.push_back({ std::string(key.path), detail::allowed(key.type), std::string(key.fallback.text),
                (required ? "Required. " : "") + std::string(key.help) });
        }
        return made;
    }();
    return docs;
}

} // namespace site
