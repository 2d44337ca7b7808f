internal import Pipeline

/// Tells people or machines what a runner does while it does it. Hears from several tasks at once.
protocol Narrator: Sendable {
  func hear(_ event: Runner.Event)
  /// After the last event.
  func end(_ summary: Runner.Summary?)
}

enum Narrators {
  /// - Parameter isTalkative: to tell all even where standard output is no terminal.
  static func forRun(site: Site, asJSON: Bool, isTalkative: Bool) -> any Narrator {
    if asJSON { return JSONNarrator() }
    if Terminal.isInteractive, Terminal.canMoveCursor, !isTalkative { return LiveNarrator() }
    return isTalkative || Terminal.isInteractive ? LineNarrator() : MailNarrator(site: site)
  }
}
