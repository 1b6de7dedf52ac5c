#pragma once

#include "config/config.hpp"
#include "system/file_lock.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace site {

/// Takes the writer lock. Another's is waited for, at most `lock_wait`; `waiting` is told once whose it is.
Result<std::shared_ptr<const FileLock>> take_writer_lock(const Config&, std::string_view what, const Clock&,
    const std::function<bool()>& stop, const std::function<void(const std::string& holder)>& waiting);

} // namespace site
