"""What people said and logged, and what comes of it.

The surface, by what a screen or a job needs:

    asks        feedback.asks.AskLog
    thumbs      feedback.heard.hear             what is said of an answer, and the proposal that comes of it
                feedback.given.Feedback         .of_ask, .of_example, .signal(...)
    examples    feedback.examples.Examples      .get, .version(s), .reviews, .find, .live, .counts, .lease
    decisions   feedback.desk.Desk              .decide(name, example, actor, Decision(...), lock=example.lock),
                                                .move, .edit, .undo, .claim_next, .renew, .queue
    the moves   feedback.lifecycle              TABLE, REASONS, possible(state, actor, domains)
    who         feedback.people.Actor           Actor.of("kim", "reviewer", via="ui", request=...)
    proposals   feedback.intake.Intake          .propose(Proposal(question, sql, ...), actor), .examine, .agreeing
    the card    feedback.in_words.in_words      the query in one line, from its syntax tree
                feedback.beside.beside          two results side by side: what is the same, where they differ
    the badge   feedback.trust.trust            verified, based or unverified, by one rule
    the gate    feedback.gate                   held_out, trial, judge; feedback.simulation plays a stream
    privacy     feedback.privacy.cleaned        SQL and question without personal data, before they are kept
    sources     feedback.sources, .importing    files, dbt's manifest, query logs
    training    feedback.training               rows.collect, export.write, synthesis.synthesise
    the index   feedback.publish.Shelf          .deliver() after every move that changes what is live
    upkeep      feedback.upkeep                 drop_drifted(desk, catalog), rerun(desk, warehouse, catalog)
    audit       feedback.audit.read(engine, ...)
    settings    feedback.rules.Rules
    errors      feedback.errors                 NotFound, NotPermitted, MoveRefused, Conflict, LeaseHeld, NotAccepted

Nothing is imported here, so that `import feedback` costs nothing.
"""
