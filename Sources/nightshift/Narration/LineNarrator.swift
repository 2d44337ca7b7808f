internal import Jobs
internal import Pipeline
internal import Records

/// A line for each thing that happens.
struct LineNarrator: Narrator {
  func hear(_ event: Runner.Event) {
    if let line = Self.line(event) { Terminal.write(line) }
  }

  func end(_ summary: Runner.Summary?) {}

  /// The event in one line; several for a refused spec, none for what only machines count.
  static func line(_ event: Runner.Event) -> String? {
    switch event {
    case .waiting: nil
    case .tookOver(let job, let attempt): "\(job): taken over from a dead runner (attempt \(attempt))".printable
    case .rejected(let error): error.lines.map(\.printable).joined(separator: "\n")
    case .started(let run, let steps): "\(run): \(steps.count) step\(steps.count == 1 ? "" : "s")"
    case .stepStarted(let run, let step, let kind): "\(run): … \(step) (\(kind))"
    case .stepEnded(let run, let record): "\(run): \(mark(record.outcome)) \(record.id): \(text(record).printable)"
    case .stepComesAgain(let run, let record, let seconds):
      "\(run): ↻ \(record.id): \((record.reason ?? "").printable); again in \(Int(seconds.rounded(.up))) s"
    case .deferred(let run, let until, _): "\(run): deferred until \(until.text)"
    case .ended(let record):
      "\(record.id): \(record.outcome.rawValue) in \(Clock.text(record.wallSeconds))\(record.reason.map { ": \($0)" } ?? "")"
        .printable
    case .skipped(let name, let reason, isNew: _): "\(name): left in the inbox: \(reason)".printable
    case .noted(let text): text.printable
    }
  }

  private static func mark(_ outcome: StepRecord.Outcome) -> String {
    switch outcome {
    case .ran: "✓"
    case .reused: "="
    case .failed: "✗"
    case .skipped, .unreached: "-"
    }
  }

  private static func text(_ record: StepRecord) -> String {
    let seconds = record.outcome == .ran ? " (\((record.wallSeconds * 10).rounded() / 10) s)" : ""
    return record.outcome.rawValue + ([record.reason, record.headline].compactMap { $0 }.first.map { ", \($0)" } ?? "")
      + seconds
  }
}

/// Durations as people read them.
enum Clock {
  /// `0.4 s`, `42 s`, `3 min 5 s`, `2 h 10 min`.
  static func text(_ seconds: Double) -> String {
    seconds < 10 ? "\((max(0, seconds) * 10).rounded() / 10) s" : wholeText(seconds)
  }

  /// The same for what is only guessed: a second at least, and no parts of one.
  static func wholeText(_ seconds: Double) -> String {
    let whole = Int(max(1, min(seconds, 1e9)).rounded())
    if whole < 60 { return "\(whole) s" }
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    return "\(whole / 3600) h \(whole % 3600 / 60) min"
  }

  /// `0:42`, `1:05:00`.
  static func digits(_ seconds: Double) -> String {
    let whole = Int(max(0, min(seconds, 1e9)))
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    if whole < 3600 { return "\(whole / 60):\(two(whole % 60))" }
    return "\(whole / 3600):\(two(whole % 3600 / 60)):\(two(whole % 60))"
  }
}
