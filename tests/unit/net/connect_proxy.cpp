#include "unit/net/connect_proxy.hpp"

#include <array>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace site::test {
namespace {

/// One read from one side, all of it to the other. False at an end.
bool carry(int from, int to)
{
    std::array<char, 16384> buffer {};
    const auto got = ::recv(from, buffer.data(), buffer.size(), 0);
    for (long sent = 0; sent < got;) {
        const auto now = ::send(to, buffer.data() + sent, static_cast<std::size_t>(got - sent), MSG_NOSIGNAL);
        if (now <= 0)
            return false;
        sent += now;
    }
    return got > 0;
}

} // namespace

ConnectProxy::ConnectProxy(std::uint16_t leads_to, std::string answer)
    : leads_to_(leads_to), answer_(std::move(answer)), acceptor_([this] { accept_all(); })
{
}

ConnectProxy::~ConnectProxy()
{
    listener_.stop();
    acceptor_.join();
    for (auto& thread : threads_)
        thread.join();
}

std::vector<std::string> ConnectProxy::requests() const
{
    const std::lock_guard lock(mutex_);
    return requests_;
}

void ConnectProxy::accept_all()
{
    while (true) {
        const int fd = listener_.accept();
        if (fd < 0)
            return;
        threads_.emplace_back([this, fd] { serve(fd); });
    }
}

void ConnectProxy::serve(int client)
{
    Peer peer(client);
    const auto request = peer.request();
    if (!request)
        return;
    {
        const std::lock_guard lock(mutex_);
        requests_.push_back(*request);
    }
    if (!peer.write(answer_) || !answer_.starts_with("HTTP/1.1 200"))
        return;
    const int server = connect_to(leads_to_);
    if (server < 0)
        return;
    std::array<pollfd, 2> both { pollfd { client, POLLIN, 0 }, pollfd { server, POLLIN, 0 } };
    while (::poll(both.data(), both.size(), -1) > 0) {
        if (both[0].revents != 0 && !carry(client, server))
            break;
        if (both[1].revents != 0 && !carry(server, client))
            break;
    }
    ::close(server);
}

} // namespace site::test
