#include "simulation/history.hpp"

#include <algorithm>
#include <array>

namespace site::simulation {

History::Project& History::add_project()
{
    const auto number = std::to_string(++serial_);
    Project project { "p" + number, "brics.p" + number, {} };
    auto& row = project.row;
    row.uuid = numbered('a', serial_);
    row.resource = numbered('b', serial_);
    row.service_settings = numbered('e', 1);
    row.name = project.name;
    row.backend_id = project.name + ".brics";
    row.groupname = project.group;
    row.node_limit = 30;
    row.state = PortalState::ok;
    row.customer_name = "org";
    projects_.push_back(project);
    publish(projects_.back());
    world_.portal.flags[row.resource] = { row.resource, "OK" };
    say("project " + project.name + " is allocated");
    return projects_.back();
}

void History::publish(Project& project)
{
    if (auto* row = world_.portal.allocation(project.row.uuid))
        *row = project.row;
    else
        world_.portal.allocations.push_back(project.row);
    project.listed = true;
}

std::size_t History::members_of(const Project& project) const
{
    return static_cast<std::size_t>(
        std::count_if(world_.portal.associations.begin(), world_.portal.associations.end(),
            [&](const auto& row) { return row.allocation == project.row.uuid; }));
}

void History::join(Project& project, const std::string& person)
{
    for (const auto& row : world_.portal.associations)
        if (row.allocation == project.row.uuid && row.username == person)
            return;
    AssociationRow row;
    row.uuid = numbered('f', ++serial_);
    row.allocation = project.row.uuid;
    row.username = person;
    row.groupname = project.group;
    row.useridentifier = person + "." + project.name + ".brics";
    world_.portal.associations.push_back(row);
    say(person + " joins " + project.name);
}

void History::portal_changes()
{
    if (chance(15) || projects_.empty()) {
        auto& project = add_project();
        join(project, people[below(people.size())]);
    } else {
        auto& project = any_project();
        const auto what = below(10);
        if (what < 5)
            members_change(project);
        else if (what < 9)
            project_changes(project);
        else
            identity_changes(project);
    }
    if (chance(60))
        reconcile();
}

void History::members_change(Project& project)
{
    auto& rows = world_.portal.associations;
    if (chance(50) || members_of(project) == 0) {
        const std::string person = people[below(people.size())];
        if (chance(10)) {
            world_.unknown_people.insert(Name { person });
            say(person + " is not known to NSS");
        } else if (chance(3)) {
            world_.low_people.insert(Name { person });
            say(person + " is a system account");
        }
        return join(project, person);
    }
    auto left = below(members_of(project));
    const auto all = chance(10);
    std::erase_if(rows, [&](const AssociationRow& row) {
        if (row.allocation != project.row.uuid || (!all && left-- != 0))
            return false;
        say(row.username.value_or("?") + " leaves " + project.name);
        return true;
    });
}

void History::project_changes(Project& project)
{
    auto& row = project.row;
    auto& flags = world_.portal.flags[row.resource];
    switch (below(12)) {
    case 0:
    case 1:
        std::erase_if(
            world_.portal.allocations, [&](const auto& one) { return one.uuid == project.row.uuid; });
        project.listed = false;
        return say("project " + project.name + " is gone");
    case 2:
        if (!project.listed) {
            publish(project);
            return say("project " + project.name + " is back");
        }
        row.node_limit = 1;
        break;
    case 3:
        row.node_limit = 0;
        break;
    case 4:
        row.node_limit = -5;
        break;
    case 5:
        row.node_limit.reset();
        break;
    case 6:
        row.node_limit = static_cast<std::int64_t>(1 + below(40));
        break;
    case 7:
        row.state = chance(50) ? PortalState::erred : PortalState::deleting;
        break;
    case 8:
        row.state = chance(50) ? PortalState::updating : PortalState::ok;
        break;
    case 9:
        row.is_active = !row.is_active;
        break;
    case 10:
        (chance(70) ? flags.paused : flags.restrict_member_access) ^= true;
        say("project " + project.name + (flags.paused ? " paused" : "")
            + (flags.restrict_member_access ? " restricted" : ""));
        return status();
    default: { // the same project with a new allocation
        const auto old = row.uuid;
        std::erase_if(world_.portal.allocations, [&](const auto& one) { return one.uuid == old; });
        row.uuid = numbered('a', ++serial_);
        row.resource = numbered('b', serial_);
        world_.portal.flags[row.resource] = { row.resource, "OK" };
        for (auto& member : world_.portal.associations)
            if (member.allocation == old) {
                member.uuid = numbered('f', ++serial_);
                member.allocation = row.uuid;
            }
        publish(project);
        return say("project " + project.name + " has a new allocation");
    }
    }
    if (project.listed)
        publish(project);
    say("project " + project.name + ": limit "
        + (row.node_limit ? std::to_string(*row.node_limit) : std::string("missing")) + ", "
        + std::string(name(row.state)) + (row.is_active ? "" : ", inactive"));
}

void History::identity_changes(Project& project)
{
    if (!project.listed)
        return;
    auto* row = world_.portal.allocation(project.row.uuid);
    const auto member = std::find_if(world_.portal.associations.begin(), world_.portal.associations.end(),
        [&](const auto& one) { return one.allocation == project.row.uuid; });
    const bool has_member = member != world_.portal.associations.end();
    const Name group { project.group };
    switch (below(7)) {
    case 0:
        row->groupname = "brics.renamed" + std::to_string(++serial_);
        oracle_.odd(row->uuid, group);
        return say("project " + project.name + " has another group name");
    case 1:
        row->backend_id = project.name + ".other";
        oracle_.odd(row->uuid, group);
        return say("project " + project.name + " is of another portal");
    case 2: {
        auto& other = add_project();
        auto* shares = world_.portal.allocation(other.row.uuid);
        shares->groupname = project.group;
        oracle_.odd(shares->uuid, group);
        return say("project " + other.name + " has the group of " + project.name);
    }
    case 3:
        if (!has_member)
            return;
        oracle_.odd(member->uuid, group);
        say(member->username.value_or("somebody") + " of " + project.name + " has another user name");
        member->username = "someone" + std::to_string(++serial_);
        return;
    case 4:
        if (!has_member)
            return;
        oracle_.odd(member->uuid, group);
        say(member->username.value_or("somebody") + " of " + project.name + " is of another project");
        member->useridentifier = "x.elsewhere.brics";
        return;
    case 5:
        row->groupname.reset();
        oracle_.odd(row->uuid, group);
        return say("project " + project.name + " has lost its group name");
    default:
        if (!has_member)
            return;
        oracle_.odd(member->uuid, group);
        say(member->username.value_or("somebody") + " of " + project.name + " has no user name any more");
        member->username.reset();
    }
}

void History::portal_lies()
{
    if (chance(30)) {
        world_.portal.away = true;
        say("the portal is away");
        if (chance(40))
            pass_time();
    } else {
        world_.portal.lie = static_cast<Lie>(1 + below(lies - 1));
        world_.portal.hidden.clear();
        for (const auto& row : world_.portal.allocations)
            if (chance(15))
                world_.portal.hidden.insert(row.uuid);
        for (const auto& row : world_.portal.associations)
            if (chance(15))
                world_.portal.hidden.insert(row.uuid);
        if (world_.portal.lie == Lie::other_lists)
            for (const auto& project : projects_)
                oracle_.odd(project.row.uuid, Name { project.group });
        say(std::string("the portal lies: ") + simulation::name(world_.portal.lie));
    }
    if (chance(30)) {
        world_.portal.loses_answers = true;
        say("the portal's answers to usage are lost");
    }
    if (chance(20)) {
        world_.portal.refuses.insert(any_project().row.resource);
        say("the portal refuses the usage of a project");
    }
    if (chance(80))
        reconcile();
    if (chance(30))
        usage();
    if (chance(40)) {
        world_.portal.away = false;
        say("the portal is there");
    }
}

} // namespace site::simulation
