#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>

namespace site {

/// A folder under /tmp that goes with the object. 0755, so that the slurm user can walk into it.
class TempDir {
public:
    TempDir()
    {
        char name[] = "/tmp/site-test.XXXXXX";
        if (!::mkdtemp(name))
            throw std::runtime_error("mkdtemp");
        path_ = name;
        std::filesystem::permissions(path_, std::filesystem::perms { 0755 });
    }
    ~TempDir()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TempDir(const TempDir&) = delete;
    TempDir& operator=(const TempDir&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

inline void write_file(const std::filesystem::path& file, const std::string& text, unsigned mode = 0600)
{
    std::ofstream(file) << text;
    std::filesystem::permissions(file, std::filesystem::perms { mode });
}

inline std::string read_file(const std::filesystem::path& file)
{
    std::ifstream stream(file);
    return { std::istreambuf_iterator<char>(stream), {} };
}

} // namespace site
