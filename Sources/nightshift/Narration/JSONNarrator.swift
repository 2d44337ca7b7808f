internal import Jobs
internal import Pipeline
internal import Records

/// One JSON object a line, for machines that follow.
struct JSONNarrator: Narrator {
  private struct Line: Encodable {
    var at = Runner.now()
    /// `waiting`, `taken-over`, `rejected`, `run-started`, `step-started`, `step-ended`, `step-retried`, `run-deferred`,
    /// `run-ended`, `skipped`, `noted`, `end`.
    var event: String
    var run: String?
    var job: String?
    var step: String?
    var kind: String?
    var outcome: String?
    var reason: String?
    var headline: String?
    var wallSeconds: Double?
    var cpuSeconds: Double?
    var peakMemoryBytes: Int?
    var until: Timestamp?
    var mistakes: [String]?
    var steps: [String]?
    var count: Int?
    var counts: [String: Int]?
  }

  func hear(_ event: Runner.Event) { write(line(event)) }

  func end(_ summary: Runner.Summary?) {
    guard let summary else { return }
    write(
      Line(
        event: "end",
        counts: [
          "done": summary.done, "failed": summary.failed, "rejected": summary.rejected, "cancelled": summary.cancelled,
          "deferred": summary.deferred,
        ]))
  }

  private func write(_ line: Line) {
    do { Terminal.write(try CanonicalJSON.encode(line) + [UInt8(ascii: "\n")]) } catch { Terminal.complain(error) }
  }

  private func line(_ event: Runner.Event) -> Line {
    switch event {
    case .waiting(let count): Line(event: "waiting", count: count)
    case .tookOver(let job, let attempt): Line(event: "taken-over", job: job, count: attempt)
    case .rejected(let error): Line(event: "rejected", job: error.file, mistakes: error.lines)
    case .started(let run, let steps): Line(event: "run-started", run: run, steps: steps.map(\.id))
    case .stepStarted(let run, let step, let kind): Line(event: "step-started", run: run, step: step, kind: kind)
    case .stepEnded(let run, let record): self.step("step-ended", run, record)
    case .stepComesAgain(let run, let record, _): self.step("step-retried", run, record)
    case .deferred(let run, let until, let reason):
      Line(event: "run-deferred", run: run, reason: reason, until: until)
    case .ended(let record):
      Line(
        event: "run-ended", run: record.id, job: record.job, outcome: record.outcome.rawValue, reason: record.reason,
        wallSeconds: record.wallSeconds)
    case .skipped(let name, let reason, isNew: _): Line(event: "skipped", job: name, reason: reason)
    case .noted(let text): Line(event: "noted", reason: text)
    }
  }

  private func step(_ event: String, _ run: String, _ record: StepRecord) -> Line {
    Line(
      event: event, run: run, step: record.id, kind: record.kind, outcome: record.outcome.rawValue,
      reason: record.reason, headline: record.headline, wallSeconds: record.wallSeconds, cpuSeconds: record.cpuSeconds,
      peakMemoryBytes: record.peakMemoryBytes)
  }
}
