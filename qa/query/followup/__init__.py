"""From a follow-up to the question that is meant: what it leaves out is taken from the conversation."""

from __future__ import annotations

from qa.query.followup.rewrite import Exchange, FollowUp, follow_up

__all__ = ["Exchange", "FollowUp", "follow_up"]
