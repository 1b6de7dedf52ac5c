#pragma once
// Faults on order: which requests they meet, how often, and what then goes wrong. README.md lists the kinds.
#include "call.hpp"
#include "http.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace site {

struct Fault {
    enum class Kind {
        // Answered without the portal.
        status,
        html,
        redirect,
        reset,
        revoked_token,
        huge,
        deep_json,
        bad_json,
        // The portal answers, from data that is shown wrongly.
        lost_role,
        repeat_rows,
        skip_rows,
        // The portal answers, and its answer is spoiled.
        delay,
        truncate,
        slow,
        reset_after_apply,
        wrong_count,
        no_link,
        foreign_next,
    };

    Kind kind = Kind::status;
    std::string method; ///< empty: any
    std::string path; ///< beginning of the path; empty: any
    std::string query; ///< text in the query string; empty: any
    std::int64_t skip = 0; ///< matching requests left alone at first
    std::int64_t times = 1; ///< then so many are hit; -1: all
    std::int64_t seen = 0;
    std::int64_t hits = 0;
    boost::json::object given; ///< as ordered, with the settings of its kind
};

class Faults {
public:
    /// Returns what is wrong with the order, or an empty text.
    std::string add(const boost::json::object& order);
    void clear() { faults_.clear(); }
    /// The orders with `id`, `seen` and `hits`.
    boost::json::array shown() const;

    /// The first fault that is due for this request. Those that match and are not due count it as seen.
    std::optional<Fault> due(const Request& request);

private:
    std::vector<Fault> faults_;
};

/// The answer that the fault gives in the portal's place, if it is of that sort.
std::optional<Answer> instead(const Fault& fault);
/// What the fault does to the list that the portal reads.
ListFault list_fault(const Fault& fault);
/// What the fault does to the answer of the portal.
void spoil(const Fault& fault, Answer& answer);

} // namespace site
