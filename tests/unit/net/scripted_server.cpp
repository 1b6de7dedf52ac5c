#include "unit/net/scripted_server.hpp"

#include <algorithm>
#include <chrono>
#include <sys/socket.h>

namespace site::test {

std::string answer(int status, std::string_view body, std::string_view headers, std::string_view type)
{
    std::string out
        = "HTTP/1.1 " + std::to_string(status) + " X\r\nContent-Length: " + std::to_string(body.size());
    out += "\r\n";
    if (!type.empty())
        out += "Content-Type: " + std::string(type) + "\r\n";
    out += headers;
    out += "\r\n";
    out += body;
    return out;
}

ScriptedServer::ScriptedServer(Script script)
    : script_(std::move(script)), acceptor_([this] { accept_all(); })
{
}

ScriptedServer::ScriptedServer(Script script, const Certificate& certificate, int newest_tls)
    : script_(std::move(script)), tls_(server_context(certificate, newest_tls)),
      acceptor_([this] { accept_all(); })
{
}

ScriptedServer::~ScriptedServer()
{
    ending_ = true;
    listener_.stop();
    acceptor_.join();
    {
        const std::lock_guard lock(mutex_);
        for (const auto& peer : peers_)
            ::shutdown(peer.fd(), SHUT_RDWR);
    }
    for (auto& thread : threads_)
        thread.join();
    SSL_CTX_free(tls_);
}

std::vector<std::string> ScriptedServer::requests() const
{
    const std::lock_guard lock(mutex_);
    return requests_;
}

int ScriptedServer::most_at_once() const
{
    const std::lock_guard lock(mutex_);
    return most_at_once_;
}

int ScriptedServer::count(std::string_view beginning) const
{
    const auto all = requests();
    return static_cast<int>(
        std::count_if(all.begin(), all.end(), [&](const auto& text) { return text.starts_with(beginning); }));
}

void ScriptedServer::accept_all()
{
    while (true) {
        const int fd = listener_.accept();
        if (fd < 0)
            return;
        ++connections_;
        const std::lock_guard lock(mutex_);
        Peer& peer = peers_.emplace_back(fd);
        threads_.emplace_back([this, &peer] {
            serve(peer);
            const std::lock_guard inner(mutex_);
            peers_.remove_if([&](const Peer& other) { return &other == &peer; });
        });
    }
}

void ScriptedServer::serve(Peer& peer)
{
    if (tls_ != nullptr && !peer.shake_hands(tls_))
        return;
    ++handshakes_;
    while (auto request = peer.request()) {
        {
            const std::lock_guard lock(mutex_);
            requests_.push_back(*request);
            most_at_once_ = std::max(most_at_once_, ++at_once_);
        }
        const auto reply = script_(*request);
        {
            const std::lock_guard lock(mutex_);
            --at_once_;
        }
        if (!act(peer, reply))
            return;
    }
}

bool ScriptedServer::act(Peer& peer, const Reply& reply)
{
    const bool sent = peer.write(reply.bytes);
    switch (reply.then) {
    case Reply::Then::keep:
        return sent;
    case Reply::Then::close:
        return false;
    case Reply::Then::reset:
        peer.reset();
        return false;
    case Reply::Then::hang:
        peer.wait_for_end();
        return false;
    case Reply::Then::drip:
        while (!ending_ && peer.write("x"))
            std::this_thread::sleep_for(std::chrono::milliseconds { 10 });
        return false;
    }
    return false;
}

} // namespace site::test
