"""What the acts of the trail are called on the page, in the groups that its filter offers."""

from collections.abc import Mapping

GROUPS: Mapping[str, Mapping[str, str]] = {
    "Documents": {
        "item.read": "Read a document",
        "item.search": "Searched",
        "item.create": "Added a document",
        "item.update": "Added a version",
        "item.mark": "Changed a document's marking",
        "item.shred": "Deleted a document",
        "attachment.read": "Downloaded an attachment",
        "attachment.create": "Added an attachment",
        "attachment.shred": "Removed an attachment",
        "object.not_found": "Asked for what is not there, or not for him",
    },
    "Sign-in": {
        "sign_in": "Signed in",
        "sign_in.refused": "Was refused at sign-in",
        "sign_out": "Signed out",
        "session.revoke": "Ended a session",
        "route.refused": "Was refused a page",
    },
    "People": {
        "member.create": "Added a member",
        "member.list": "Listed the members",
        "member.suspend": "Suspended a member",
        "member.reinstate": "Reinstated a member",
        "member.serve": "Put a member on a task force",
        "member.leave": "Took a member off a task force",
        "member.roles": "Changed a member's roles",
        "member.reset": "Reset a member's sign-in",
        "agency.create": "Added an agency",
        "task_force.create": "Added a task force",
        "compartment.create": "Added a compartment",
    },
    "Keys": {
        "key.compartment_added": "Made a compartment's key",
        "key.compartment_rotation_begun": "Began to replace a compartment's key",
        "key.compartment_rotation_interrupted": "Could not finish replacing a compartment's key",
        "key.compartment_rotated": "Replaced a compartment's key",
        "key.master_rotation_begun": "Began to replace the master key",
        "key.master_rotation_interrupted": "Could not finish replacing the master key",
        "key.master_rotated": "Replaced the master key",
    },
    "Trail": {
        "trail.read": "Read the trail",
        "trail.export": "Downloaded lines of the trail",
    },
}
ACTS = {act: label for acts in GROUPS.values() for act, label in acts.items()}
OUTCOMES = {"done": "Done", "refused": "Refused", "failed": "Failed"}
# Why a sign-in was refused.
REASONS = {
    "password": "address or password not right",
    "code": "code not right",
    "locked": "too many wrong tries",
    "suspended": "the account may not sign in",
}
