#pragma once

#include <filesystem>
#include <string>

namespace site {

/// The whole program runs in a mount namespace where /etc is a copy of the machine's, and /run/userdb is
/// empty: no test can touch the machine's files. It ends with an error when that can't be had.
///
/// Puts /etc back as it was copied; before each test that uses the machine's own files.
void renew_etc();

/// A user known to the name service by systemd's module only, as one of a directory would be by its own.
void add_to_name_service(const std::string& user, unsigned uid);

/// Something that is read-only, or a mount of its own, for as long as the object lives.
class Mount {
public:
    enum class As { read_only, own_mount };
    Mount(std::filesystem::path, As);
    ~Mount();
    Mount(const Mount&) = delete;
    Mount& operator=(const Mount&) = delete;

private:
    std::filesystem::path path_;
};

} // namespace site
