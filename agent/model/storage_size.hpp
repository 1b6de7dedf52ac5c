#pragma once

#include "model/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace site {

/// Bytes as OpenPortal's documents write them: `931.32 GB`, units of 1024 under decimal names, the upper
/// bound of a unit belonging to it (`1024.00 MB`). Two decimals: what is compared are bytes, never this.
/// Beyond 8 PiB the last digit is that of a double, as in the reference. Format: templemeads `StorageSize`.
std::string storage_text(std::uint64_t bytes);

/// `5 TB`, `1.2TB`, `100 bytes`, in any case. Fractions of a byte are cut off; more than 2^64 - 1 is that.
/// Read as a double, as in the reference. Errors: `invalid`, citing the text.
Result<std::uint64_t> parse_storage(std::string_view);

/// A limit: `unlimited` or a size. None is unlimited.
std::string storage_limit_text(const std::optional<std::uint64_t>& bytes);
Result<std::optional<std::uint64_t>> parse_storage_limit(std::string_view);

/// Bytes for people, with IEC units: `1.5 TiB`, `512 B`.
std::string human_bytes(std::uint64_t bytes);

} // namespace site
