"""What people said and logged, and what comes of it.

The surface, by what a screen or a job needs:

    asks        feedback.asks.AskLog
    thumbs      feedback.given.Feedback         .give(ask, kind, actor, ...), .signal(...)
    examples    feedback.examples.Examples      .get, .version(s), .reviews, .find, .live, .counts, .lease
    decisions   feedback.desk.Desk              .move(name, example, actor, Decision(...), lock=example.lock),
                                                .edit, .undo, .claim_next, .renew, .queue
    the moves   feedback.lifecycle              TABLE, REASONS, possible(state, actor, domains)
    who         feedback.people.Actor           Actor.of("kim", "reviewer", via="ui", request=...)
    audit       feedback.audit.read(engine, ...)
    settings    feedback.rules.Rules
    errors      feedback.errors                 NotFound, NotPermitted, MoveRefused, Conflict, LeaseHeld, NotAccepted

Nothing is imported here, so that `import feedback` costs nothing.
"""
