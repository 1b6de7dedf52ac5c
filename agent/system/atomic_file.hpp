#pragma once

#include "model/result.hpp"

#include <filesystem>
#include <string_view>
#include <sys/types.h>

namespace site {

/// Puts a file in place so that a reader, or a power cut at any moment, finds the old content or the new,
/// whole. The mode is set as given, whatever the umask; the folder must exist.
Result<void> write_atomically(const std::filesystem::path& file, std::string_view content, mode_t mode);

} // namespace site
