#pragma once

#include "config/config.hpp"
#include "endpoint/router.hpp"

#include <functional>
#include <vector>

namespace site {

/// What tells how the agent is: `/` for people, `/metrics` for Prometheus, `/healthz` (this process answers)
/// and `/readyz` (200 when the last cycle was good and recent, else 503 with a line for each thing that is
/// missing). The store is opened for reading at each request; `tell` is told as of a ReportFamily.
std::vector<PageRoute> state_pages(const Config&, const Clock&, std::function<void(const Error*)> tell);

} // namespace site
