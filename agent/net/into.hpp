#pragma once

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/error_code.hpp>

namespace site {

/// Completion token: the coroutine goes on with the error in `ec`, nothing is thrown.
inline auto into(boost::system::error_code& ec)
{
    return boost::asio::redirect_error(boost::asio::use_awaitable, ec);
}

} // namespace site
