#pragma once

#include "model/name.hpp"
#include "model/result.hpp"
#include "model/time.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace site {

/// One report that there is: of a project, in a calendar month of UTC days.
struct ReportKey {
    Month month;
    std::string project; ///< `climate.brics`
    std::optional<bool> complete {}; ///< where reports say so: nothing will be added

    bool operator==(const ReportKey&) const = default;
};

/// Which months are of interest, so that no others are looked at.
struct MonthWish {
    std::optional<int> year {};
    std::optional<unsigned> month {};

    [[nodiscard]] bool takes(Month one) const
    {
        return (!year || one.year() == std::chrono::year { *year })
            && (!month || one.month() == std::chrono::month { *month });
    }
};

/// The documents of one kind as they stand now. Made for one request and used from one thread.
class ReportShelf {
public:
    virtual ~ReportShelf() = default;
    /// What there is, by month and project.
    virtual Result<std::vector<ReportKey>> keys(const MonthWish&) = 0;
    /// Their documents as JSON, in the order of the keys. A key that is no longer there: `conflict`.
    virtual Result<std::vector<std::string>> documents(std::span<const ReportKey>) = 0;
};

/// Which cluster's documents, and where they are.
struct ShelfPlace {
    std::filesystem::path state_file;
    Name cluster;
    std::string portal; ///< its part of the identifiers
};

using OpenShelf = std::function<Result<std::unique_ptr<ReportShelf>>()>;

} // namespace site
