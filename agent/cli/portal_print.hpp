#pragma once

#include "cli/screen.hpp"
#include "portal/operations/operation.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <vector>

namespace site {

/// Rows of the portal, written as they come: memory holds no more than a page.
class RowWriter {
public:
    /// `columns`: for tables and CSV, members or paths into them as `report.project`.
    RowWriter(const Screen& screen, std::vector<std::string> columns)
        : screen_(screen), columns_(std::move(columns))
    {
    }
    void page(const boost::json::array& rows);
    /// After the last page; a JSON list is closed here.
    void end();
    /// Whether anything was written.
    [[nodiscard]] bool began() const { return began_; }

private:
    void rows_as_table(const boost::json::array& rows);

    const Screen& screen_;
    std::vector<std::string> columns_;
    std::vector<std::size_t> widths_ {}; ///< of a table's columns so far: they only grow
    bool began_ = false;
};

/// The columns that are shown of an operation's rows when none are asked for.
std::vector<std::string> shown_columns(const PortalOperation&);

/// One object, or for a map a line for each key. `columns` empty: all members.
void print_object(const Screen&, const PortalOperation&, const boost::json::value&,
    const std::vector<std::string>& columns);

} // namespace site
