#pragma once

#include "api/settings.hpp"
#include "api/snapshot.hpp"
#include "model/name.hpp"

#include <cstdint>
#include <optional>

namespace site {

/// What a quota should be, and who says so.
struct QuotaWish {
    QuotaAmounts amounts {}; ///< whole multiples of the granularity, never zero; none: unlimited
    std::optional<std::uint64_t> soft_bytes {};
    std::optional<std::uint64_t> soft_files {};
    Name basis {}; ///< empty: the default, which holds at creation only
    bool nothing = false; ///< zero was named: nothing more may be written
    bool cut = false; ///< more was named than the volume's most
};

/// Of a project: its override, else what the portal grants, else the default. None: no amount at all. Pure.
std::optional<QuotaWish> project_wish(const VolumeSettings&, const Allocation&, std::uint64_t granularity);
/// Of a person: the default.
std::optional<QuotaWish> person_wish(const VolumeSettings&, std::uint64_t granularity);

} // namespace site
